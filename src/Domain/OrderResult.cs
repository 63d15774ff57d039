using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain;

/// <summary>What became of one order command, with the numbers that its author may not know yet.</summary>
/// <param name="Command">The command.</param>
/// <param name="IsDone">False when it was refused.</param>
/// <param name="IsPartly">Accepted, but a change that was asked for was not (all) made.</param>
/// <param name="State">State of the first step that is still open, else of the first one; null without steps.</param>
/// <param name="PlacerNumber">As stored; of a refused command as given.</param>
/// <param name="FillerNumber">The same; ours when the command had none.</param>
/// <param name="Steps">The steps that the command is about, given or filled in.</param>
public sealed record OrderResult(
    Details Command, bool IsDone, bool IsPartly, StepState? State, Identifier? PlacerNumber, Identifier? FillerNumber,
    IReadOnlyList<StepKeys> Steps);

/// <summary>The keys of a step.</summary>
public sealed record StepKeys(Identifier AccessionNumber, string RequestedProcedureId, string StudyInstanceUid, string StepId);
