using CloudPacs.FhirServer.Writing;
using CloudPacs.Integration.Changes;
using CloudPacs.Store;
using CloudPacs.Store.Commit;

namespace CloudPacs.Integration.Fhir;

/// <summary>Takes writes of the FHIR endpoint through the pipeline: they are durable before they are answered.</summary>
/// <param name="changes">The way into the database.</param>
/// <param name="clock">Gives the versions their time.</param>
/// <param name="ids">Ids of resources and of audit rows.</param>
internal sealed class FhirWriter(ChangePipeline changes, TimeProvider clock, IdSource ids) : IFhirWriter
{
    public string NewId() => ids.Next().ToString();

    public async Task<IReadOnlyList<WriteOutcome>?> ApplyAsync(FhirWrites writes, CancellationToken cancellationToken)
    {
        var change = new FhirChange(writes, clock, ids);
        var outcome = await changes.ApplyAsync(change, cancellationToken);
        return outcome.Status switch
        {
            CommitStatus.Committed => change.Outcomes,
            CommitStatus.Failed => throw new InvalidOperationException("The resources could not be written.", outcome.Error),
            _ => null,
        };
    }
}
