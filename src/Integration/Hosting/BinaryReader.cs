using CloudPacs.FhirServer;
using CloudPacs.Store.Reports;

namespace CloudPacs.Integration.Hosting;

/// <summary>Gives the FHIR endpoint the large documents of reports.</summary>
internal sealed class BinaryReader(ReportDocuments documents) : IBinaryReader
{
    public Task<(Stream Content, string? ContentType)?> OpenAsync(string id, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var known)
            ? documents.OpenAsync(known, cancellationToken)
            : Task.FromResult<(Stream, string?)?>(null);
}
