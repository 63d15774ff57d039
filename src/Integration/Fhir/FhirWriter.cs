using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Store.Commit;

namespace CloudPacs.Integration.Fhir;

/// <summary>Takes writes of the FHIR endpoint through the pipeline: they are durable before they are answered.</summary>
/// <param name="changes">The way into the database.</param>
/// <param name="rules">By which rules.</param>
/// <param name="index">Tells what resources are found by.</param>
/// <param name="parameters">Is told when definitions of search parameters are written.</param>
internal sealed class FhirWriter(ChangePipeline changes, FhirRules rules, FhirIndex index, SiteParameters parameters) : IFhirWriter
{
    public string NewId() => rules.Ids.Next().ToString();

    public Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken) =>
        !writes.AreOfProgram && writes.Writes.Any(static write => write.Type == SiteParameters.Type)
            ? parameters.WriteAsync(
                () => ApplyAsync(new FhirChange(writes, rules, index, parameters), cancellationToken), cancellationToken)
            : ApplyAsync(new FhirChange(writes, rules, index), cancellationToken);

    private async Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirChange change, CancellationToken cancellationToken)
    {
        var outcome = await changes.ApplyAsync(change, cancellationToken);
        return outcome.Status switch
        {
            CommitStatus.Committed => change.Outcomes,
            CommitStatus.Failed => throw new InvalidOperationException("The resources could not be written.", outcome.Error),
            _ => null,
        };
    }
}
