using Firely.Fhir.Validation;
using Hl7.Fhir.Model;
using Hl7.Fhir.Specification.Source;
using Hl7.Fhir.Specification.Terminology;

namespace CloudPacs.Profiles.Definitions;

/// <summary>The definitions of FHIR R4 and of the site, as far as they were asked for, and who judges by them.</summary>
internal sealed class LoadedDefinitions
{
    public LoadedDefinitions(IAsyncResourceResolver standard, SiteSource site, string stamp)
    {
        Stamp = stamp;
        Source = new CachedResolver(new SnapshotSource(new MultiResolver(standard, site)));
        Terminology = new LocalTerminologyService(Source);
        Validator = new Validator(Source, Terminology, null, null);
    }

    /// <summary>Of which state of the site's definitions they are.</summary>
    public string Stamp { get; }

    public CachedResolver Source { get; }

    public LocalTerminologyService Terminology { get; }

    public Validator Validator { get; }

    /// <summary>A definition by its canonical address; null when none is known, or when it has several versions in it.</summary>
    public async Task<Resource?> FindAsync(string canonical) => canonical.Count(static character => character == '|') > 1
        ? null
        : await Source.ResolveByCanonicalUriAsync(canonical).ConfigureAwait(false);
}
