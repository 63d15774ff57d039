using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

/// <summary>What to tell a sender that wants application answers (ORR^O02, ORG^O20, ORI^O24) about one order group.</summary>
/// <param name="GroupIndex">Place of the group in the message, from 0.</param>
/// <param name="Control">ORC-1 of the answer: OK, UA, CR, UC …</param>
/// <param name="Status">ORC-5 of the answer, or null.</param>
/// <param name="PlacerNumber">ORC-2.</param>
/// <param name="FillerNumber">ORC-3, ours when the message had none.</param>
/// <param name="Steps">The keys of the steps that the group is about, given or filled in.</param>
internal sealed record GroupReply(
    int GroupIndex, string Control, string? Status, Identifier? PlacerNumber, Identifier? FillerNumber, IReadOnlyList<StepKeys> Steps);

/// <summary>The keys of a step: OBR-18 to OBR-20 and ZDS-1, or IPC-1 to IPC-4.</summary>
internal sealed record StepKeys(Identifier AccessionNumber, string RequestedProcedureId, string StudyInstanceUid, string StepId);
