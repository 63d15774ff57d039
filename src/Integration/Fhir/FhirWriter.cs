using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Store.Commit;

namespace CloudPacs.Integration.Fhir;

/// <summary>Takes writes of the FHIR endpoint through the pipeline: they are durable before they are answered.</summary>
/// <param name="changes">The way into the database.</param>
/// <param name="rules">By which rules.</param>
internal sealed class FhirWriter(ChangePipeline changes, FhirRules rules) : IFhirWriter
{
    public string NewId() => rules.Ids.Next().ToString();

    public async Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken)
    {
        var change = new FhirChange(writes, rules);
        var outcome = await changes.ApplyAsync(change, cancellationToken);
        return outcome.Status switch
        {
            CommitStatus.Committed => change.Outcomes,
            CommitStatus.Failed => throw new InvalidOperationException("The resources could not be written.", outcome.Error),
            _ => null,
        };
    }
}
