using System.Text.Json;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using Hl7.Fhir.Specification.Source;

namespace CloudPacs.Profiles.Definitions;

/// <summary>Gives the SDK the definitions of a site.</summary>
/// <param name="find">A definition as JSON by its canonical address, without a version; null when there is none.</param>
internal sealed class SiteSource(Func<string, byte[]?> find) : IAsyncResourceResolver
{
    /// <summary>What was validated is read also where the SDK asks for more than the standard.</summary>
    public static readonly JsonSerializerOptions Json =
        new JsonSerializerOptions().ForFhir(ModelInfo.ModelInspector).UsingMode(DeserializationMode.Recoverable);

    public System.Threading.Tasks.Task<Resource?> ResolveByUriAsync(string uri) => ResolveByCanonicalUriAsync(uri);

    public System.Threading.Tasks.Task<Resource?> ResolveByCanonicalUriAsync(string uri)
    {
        var version = uri.IndexOf('|', StringComparison.Ordinal);
        var found = find(version < 0 ? uri : uri[..version]);
        return System.Threading.Tasks.Task.FromResult(found is null ? null : JsonSerializer.Deserialize<Resource>(found, Json));
    }
}
