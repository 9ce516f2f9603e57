"""Checked by mypy and pyright, never run: a hundred types at their official paths."""

from __future__ import annotations

from typing_extensions import assert_type

from openai_native.types import (
    Batch,
    ComparisonFilter,
    Completion,
    CompletionChoice,
    ContainerCreateResponse,
    ContainerListResponse,
    ContainerRetrieveResponse,
    CreateEmbeddingResponse,
    Decision,
    DecisionQuestionInputImage,
    DecisionQuestionInputText,
    DeletedSkill,
    ErrorObject,
    EvalCreateResponse,
    EvalDeleteResponse,
    EvalListResponse,
    EvalRetrieveResponse,
    EvalUpdateResponse,
    FileDeleted,
    FileObject,
    FunctionDefinition,
    ImageEditCompletedEvent,
    ImageEditPartialImageEvent,
    ImageGenCompletedEvent,
    ImageGenPartialImageEvent,
    Model,
    ModelDeleted,
    ModerationCreateResponse,
    ResponseFormatTextGrammar,
    Skill,
)
from openai_native.types.beta import (
    Agent,
    AgentCloseSubagentCallItem,
    AgentCommandExecutionItem,
    AgentCreateSubagentCallItem,
    AgentDeleted,
)
from openai_native.types.chat import (
    ChatCompletion,
    ChatCompletionAudio,
    ChatCompletionChunk,
    ChatCompletionContentPartText,
    ChatCompletionDeleted,
    ChatCompletionMessageCustomToolCall,
    ChatCompletionMessageFunctionToolCall,
    ChatCompletionMessageToolCall,
)
from openai_native.types.containers import (
    FileCreateResponse,
    FileListResponse,
    FileRetrieveResponse,
)
from openai_native.types.conversations import (
    Conversation,
    ConversationDeletedResource,
    ConversationItemList,
    InputTextContent,
    Message,
    OutputTextContent,
    RefusalContent,
    SummaryTextContent,
)
from openai_native.types.evals import (
    EvalAPIError,
    RunCancelResponse,
    RunCreateResponse,
    RunListResponse,
    RunRetrieveResponse,
)
from openai_native.types.fine_tuning import (
    FineTuningJob,
    FineTuningJobEvent,
    FineTuningJobWandbIntegration,
)
from openai_native.types.realtime import (
    ClientSecretCreateResponse,
    ConversationCreatedEvent,
    ConversationItemAdded,
    ConversationItemCreatedEvent,
    ConversationItemDeletedEvent,
    ConversationItemDeleteEvent,
    ConversationItemDone,
)
from openai_native.types.responses import (
    CompactedResponse,
    ContainerNetworkPolicyDomainSecret,
    ContainerReference,
    CustomTool,
    FunctionTool,
    InlineSkill,
    InlineSkillSource,
    LocalSkill,
    NamespaceTool,
    ParsedResponseFunctionToolCall,
    Response,
    ResponseApplyPatchToolCall,
    ResponseApplyPatchToolCallOutput,
    ResponseAudioDeltaEvent,
    ResponseAudioTranscriptDeltaEvent,
    ResponseCodeInterpreterCallCodeDeltaEvent,
    ResponseCodeInterpreterCallCodeDoneEvent,
    ResponseCodeInterpreterCallCompletedEvent,
    ResponseCodeInterpreterCallInProgressEvent,
    ResponseCodeInterpreterCallInterpretingEvent,
    ResponseCodeInterpreterToolCall,
    ResponseCompactionCompactingEvent,
    ResponseCompactionItem,
    ResponseCompactionItemParam,
    ResponseComputerToolCall,
    ResponseComputerToolCallOutputItem,
    ResponseConfigurationUpdateItem,
    ResponseContainerReference,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
)
from openai_native.types.uploads import (
    UploadPart,
)
from openai_native.types.vector_stores import (
    VectorStoreFile,
    VectorStoreFileBatch,
    VectorStoreFileDeleted,
)


def texts_1(
    batch: Batch,
    comparison_filter: ComparisonFilter,
    completion: Completion,
    completion_choice: CompletionChoice,
    container_create_response: ContainerCreateResponse,
    container_list_response: ContainerListResponse,
    container_retrieve_response: ContainerRetrieveResponse,
    create_embedding_response: CreateEmbeddingResponse,
    decision: Decision,
    decision_question_input_image: DecisionQuestionInputImage,
    decision_question_input_text: DecisionQuestionInputText,
    deleted_skill: DeletedSkill,
    error_object: ErrorObject,
    eval_create_response: EvalCreateResponse,
    eval_delete_response: EvalDeleteResponse,
    eval_list_response: EvalListResponse,
    eval_retrieve_response: EvalRetrieveResponse,
    eval_update_response: EvalUpdateResponse,
    file_deleted: FileDeleted,
    file_object: FileObject,
) -> None:
    assert_type(batch.id, str)
    assert_type(comparison_filter.key, str)
    assert_type(completion.id, str)
    assert_type(completion_choice.text, str)
    assert_type(container_create_response.id, str)
    assert_type(container_list_response.id, str)
    assert_type(container_retrieve_response.id, str)
    assert_type(create_embedding_response.model, str)
    assert_type(decision.model, str)
    assert_type(decision_question_input_image.image_url, str)
    assert_type(decision_question_input_text.text, str)
    assert_type(deleted_skill.id, str)
    assert_type(error_object.message, str)
    assert_type(eval_create_response.id, str)
    assert_type(eval_delete_response.eval_id, str)
    assert_type(eval_list_response.id, str)
    assert_type(eval_retrieve_response.id, str)
    assert_type(eval_update_response.id, str)
    assert_type(file_deleted.id, str)
    assert_type(file_object.id, str)


def texts_2(
    function_definition: FunctionDefinition,
    image_edit_completed_event: ImageEditCompletedEvent,
    image_edit_partial_image_event: ImageEditPartialImageEvent,
    image_gen_completed_event: ImageGenCompletedEvent,
    image_gen_partial_image_event: ImageGenPartialImageEvent,
    model: Model,
    model_deleted: ModelDeleted,
    moderation_create_response: ModerationCreateResponse,
    response_format_text_grammar: ResponseFormatTextGrammar,
    skill: Skill,
    agent: Agent,
    agent_close_subagent_call_item: AgentCloseSubagentCallItem,
    agent_command_execution_item: AgentCommandExecutionItem,
    agent_create_subagent_call_item: AgentCreateSubagentCallItem,
    agent_deleted: AgentDeleted,
    chat_completion: ChatCompletion,
    chat_completion_audio: ChatCompletionAudio,
    chat_completion_chunk: ChatCompletionChunk,
    chat_completion_content_part_text: ChatCompletionContentPartText,
    chat_completion_deleted: ChatCompletionDeleted,
) -> None:
    assert_type(function_definition.name, str)
    assert_type(image_edit_completed_event.b64_json, str)
    assert_type(image_edit_partial_image_event.b64_json, str)
    assert_type(image_gen_completed_event.b64_json, str)
    assert_type(image_gen_partial_image_event.b64_json, str)
    assert_type(model.id, str)
    assert_type(model_deleted.id, str)
    assert_type(moderation_create_response.id, str)
    assert_type(response_format_text_grammar.grammar, str)
    assert_type(skill.id, str)
    assert_type(agent.id, str)
    assert_type(agent_close_subagent_call_item.id, str)
    assert_type(agent_command_execution_item.id, str)
    assert_type(agent_create_subagent_call_item.id, str)
    assert_type(agent_deleted.id, str)
    assert_type(chat_completion.id, str)
    assert_type(chat_completion_audio.id, str)
    assert_type(chat_completion_chunk.id, str)
    assert_type(chat_completion_content_part_text.text, str)
    assert_type(chat_completion_deleted.id, str)


def texts_3(
    chat_completion_message_custom_tool_call: ChatCompletionMessageCustomToolCall,
    chat_completion_message_function_tool_call: ChatCompletionMessageFunctionToolCall,
    chat_completion_message_tool_call: ChatCompletionMessageToolCall,
    file_create_response: FileCreateResponse,
    file_list_response: FileListResponse,
    file_retrieve_response: FileRetrieveResponse,
    conversation: Conversation,
    conversation_deleted_resource: ConversationDeletedResource,
    conversation_item_list: ConversationItemList,
    input_text_content: InputTextContent,
    message: Message,
    output_text_content: OutputTextContent,
    refusal_content: RefusalContent,
    summary_text_content: SummaryTextContent,
    eval_a_p_i_error: EvalAPIError,
    run_cancel_response: RunCancelResponse,
    run_create_response: RunCreateResponse,
    run_list_response: RunListResponse,
    run_retrieve_response: RunRetrieveResponse,
    fine_tuning_job: FineTuningJob,
) -> None:
    assert_type(chat_completion_message_custom_tool_call.id, str)
    assert_type(chat_completion_message_function_tool_call.id, str)
    assert_type(chat_completion_message_tool_call.id, str)
    assert_type(file_create_response.id, str)
    assert_type(file_list_response.id, str)
    assert_type(file_retrieve_response.id, str)
    assert_type(conversation.id, str)
    assert_type(conversation_deleted_resource.id, str)
    assert_type(conversation_item_list.first_id, str)
    assert_type(input_text_content.text, str)
    assert_type(message.id, str)
    assert_type(output_text_content.text, str)
    assert_type(refusal_content.refusal, str)
    assert_type(summary_text_content.text, str)
    assert_type(eval_a_p_i_error.code, str)
    assert_type(run_cancel_response.id, str)
    assert_type(run_create_response.id, str)
    assert_type(run_list_response.id, str)
    assert_type(run_retrieve_response.id, str)
    assert_type(fine_tuning_job.id, str)


def texts_4(
    fine_tuning_job_event: FineTuningJobEvent,
    fine_tuning_job_wandb_integration: FineTuningJobWandbIntegration,
    client_secret_create_response: ClientSecretCreateResponse,
    conversation_created_event: ConversationCreatedEvent,
    conversation_item_added: ConversationItemAdded,
    conversation_item_created_event: ConversationItemCreatedEvent,
    conversation_item_delete_event: ConversationItemDeleteEvent,
    conversation_item_deleted_event: ConversationItemDeletedEvent,
    conversation_item_done: ConversationItemDone,
    compacted_response: CompactedResponse,
    container_network_policy_domain_secret: ContainerNetworkPolicyDomainSecret,
    container_reference: ContainerReference,
    custom_tool: CustomTool,
    function_tool: FunctionTool,
    inline_skill: InlineSkill,
    inline_skill_source: InlineSkillSource,
    local_skill: LocalSkill,
    namespace_tool: NamespaceTool,
    parsed_response_function_tool_call: ParsedResponseFunctionToolCall,
) -> None:
    assert_type(fine_tuning_job_event.id, str)
    assert_type(fine_tuning_job_wandb_integration.project, str)
    assert_type(client_secret_create_response.value, str)
    assert_type(conversation_created_event.event_id, str)
    assert_type(conversation_item_added.event_id, str)
    assert_type(conversation_item_created_event.event_id, str)
    assert_type(conversation_item_delete_event.item_id, str)
    assert_type(conversation_item_deleted_event.event_id, str)
    assert_type(conversation_item_done.event_id, str)
    assert_type(compacted_response.id, str)
    assert_type(container_network_policy_domain_secret.domain, str)
    assert_type(container_reference.container_id, str)
    assert_type(custom_tool.name, str)
    assert_type(function_tool.name, str)
    assert_type(inline_skill.description, str)
    assert_type(inline_skill_source.data, str)
    assert_type(local_skill.description, str)
    assert_type(namespace_tool.description, str)
    assert_type(parsed_response_function_tool_call.arguments, str)


def texts_5(
    response: Response,
    response_apply_patch_tool_call: ResponseApplyPatchToolCall,
    response_apply_patch_tool_call_output: ResponseApplyPatchToolCallOutput,
    response_audio_delta_event: ResponseAudioDeltaEvent,
    response_audio_transcript_delta_event: ResponseAudioTranscriptDeltaEvent,
    response_code_interpreter_call_code_delta_event: ResponseCodeInterpreterCallCodeDeltaEvent,
    response_code_interpreter_call_code_done_event: ResponseCodeInterpreterCallCodeDoneEvent,
    response_code_interpreter_call_completed_event: ResponseCodeInterpreterCallCompletedEvent,
    response_code_interpreter_call_in_progress_event: ResponseCodeInterpreterCallInProgressEvent,
    response_code_interpreter_call_interpreting_event: ResponseCodeInterpreterCallInterpretingEvent,
    response_code_interpreter_tool_call: ResponseCodeInterpreterToolCall,
    response_compaction_compacting_event: ResponseCompactionCompactingEvent,
    response_compaction_item: ResponseCompactionItem,
    response_compaction_item_param: ResponseCompactionItemParam,
    response_computer_tool_call: ResponseComputerToolCall,
    response_computer_tool_call_output_item: ResponseComputerToolCallOutputItem,
    response_configuration_update_item: ResponseConfigurationUpdateItem,
    response_container_reference: ResponseContainerReference,
    response_content_part_added_event: ResponseContentPartAddedEvent,
    response_content_part_done_event: ResponseContentPartDoneEvent,
) -> None:
    assert_type(response.id, str)
    assert_type(response_apply_patch_tool_call.id, str)
    assert_type(response_apply_patch_tool_call_output.id, str)
    assert_type(response_audio_delta_event.delta, str)
    assert_type(response_audio_transcript_delta_event.delta, str)
    assert_type(response_code_interpreter_call_code_delta_event.delta, str)
    assert_type(response_code_interpreter_call_code_done_event.code, str)
    assert_type(response_code_interpreter_call_completed_event.item_id, str)
    assert_type(response_code_interpreter_call_in_progress_event.item_id, str)
    assert_type(response_code_interpreter_call_interpreting_event.item_id, str)
    assert_type(response_code_interpreter_tool_call.id, str)
    assert_type(response_compaction_compacting_event.item_id, str)
    assert_type(response_compaction_item.id, str)
    assert_type(response_compaction_item_param.encrypted_content, str)
    assert_type(response_computer_tool_call.id, str)
    assert_type(response_computer_tool_call_output_item.id, str)
    assert_type(response_configuration_update_item.id, str)
    assert_type(response_container_reference.container_id, str)
    assert_type(response_content_part_added_event.item_id, str)
    assert_type(response_content_part_done_event.item_id, str)


def texts_6(
    upload_part: UploadPart,
    vector_store_file: VectorStoreFile,
    vector_store_file_batch: VectorStoreFileBatch,
    vector_store_file_deleted: VectorStoreFileDeleted,
) -> None:
    assert_type(upload_part.id, str)
    assert_type(vector_store_file.id, str)
    assert_type(vector_store_file_batch.id, str)
    assert_type(vector_store_file_deleted.id, str)
