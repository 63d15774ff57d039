using System.Security.Cryptography;
using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;

namespace CloudPacs.Integration.Fhir;

/// <summary>Puts the definitions that come with the program among the resources: one that is there as it is stays.</summary>
internal static class OwnDefinitions
{
    /// <param name="writer">Where they are written.</param>
    /// <param name="published">Remembers those of the last start.</param>
    /// <param name="address">Service base URL; null where none is configured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task PublishAsync(
        IFhirWriter writer, PublishedDefinitions published, string? address, CancellationToken cancellationToken)
    {
        var all = OperationDefinitions.All(address).Concat(SearchParameterDefinitions.All()).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in all) hash.AppendData(one.Content);
        var digest = hash.GetHashAndReset();
        if (await published.AreAsync(digest, cancellationToken)) return;
        var writes = all.ConvertAll(static one => new UpdateWrite(ResourceDraft.Read(one.Content), one.Id, Expected: null));
        if (await writer.ApplyAsync(new FhirWrites(writes, Source: "") { AreOfProgram = true }, cancellationToken) is not null)
            await published.SetAsync(digest, cancellationToken);
    }
}
