"""The server of llama.cpp, as it comes with xllamacpp; until its standard input ends.

usage: llama_cpp_server.py MODEL PORT chat | embeddings
"""

from __future__ import annotations

import sys

import xllamacpp

model, port, purpose = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.model_alias = {"tiny"}
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx = 4096
params.n_parallel = 1
params.cpuparams.n_threads = 1
params.warmup = False
params.use_jinja = True
params.embedding = purpose == "embeddings"
params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
