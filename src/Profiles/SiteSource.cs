using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;

namespace CloudPacs.Profiles;

/// <summary>Gives the SDK the definitions of a site.</summary>
internal sealed class SiteSource(ISiteDefinitions definitions) : IAsyncResourceResolver
{
    /// <summary>What was validated is read also where the SDK asks for more than the standard.</summary>
    public static readonly JsonSerializerOptions Json =
        new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector).UsingMode(DeserializationMode.Recoverable);

    public Task<Resource?> ResolveByUriAsync(string uri) => ResolveByCanonicalUriAsync(uri);

    public async Task<Resource?> ResolveByCanonicalUriAsync(string uri)
    {
        var version = uri.IndexOf('|', StringComparison.Ordinal);
        var found = await definitions.FindAsync(version < 0 ? uri : uri[..version]).ConfigureAwait(false);
        return found is null ? null : JsonSerializer.Deserialize<Resource>(found.Value.Span, Json);
    }
}
