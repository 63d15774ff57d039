using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Loading;

/// <summary>What the maps of an installation need from its settings.</summary>
/// <param name="Site"><c>Site:Name</c>.</param>
/// <param name="SiteZone"><c>Site:TimeZone</c>; the site's map file may say otherwise.</param>
/// <param name="BaseUri">Root of coined URIs, without a slash at the end.</param>
/// <param name="InstallationNamespace">UUID made once per installation.</param>
public sealed record MapEnvironment(string Site, TimeZoneInfo SiteZone, string BaseUri, Guid InstallationNamespace)
{
    /// <summary>What follows from rows in each resource type, so that no rule may write it.</summary>
    public IReadOnlyList<OwnedElements> Owned { get; init; } = [];

    /// <summary>The worklist attributes that follow from rows, each with the target that gives the row its value.</summary>
    public IReadOnlyDictionary<Tag, string> OwnedAttributes { get; init; } = FrozenDictionary<Tag, string>.Empty;
}
