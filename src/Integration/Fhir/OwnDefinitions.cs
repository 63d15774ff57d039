using CloudPacs.Fhir.Editing;
using CloudPacs.FhirServer.Operations;
using CloudPacs.FhirServer.Searching;
using CloudPacs.FhirServer.Writing;

namespace CloudPacs.Integration.Fhir;

/// <summary>Puts the definitions that come with the program among the resources: one that is there as it is stays.</summary>
internal static class OwnDefinitions
{
    /// <param name="writer">Where they are written.</param>
    /// <param name="address">Service base URL; null where none is configured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static Task PublishAsync(IFhirWriter writer, string? address, CancellationToken cancellationToken) => writer.ApplyAsync(
        new FhirWrites(
            [
                .. OperationDefinitions.All(address).Concat(SearchParameterDefinitions.All())
                    .Select(static one => new UpdateWrite(ResourceDraft.Read(one.Content), one.Id, Expected: null)),
            ],
            Source: ""),
        cancellationToken);
}
