using System.Collections.Concurrent;
using System.Collections.Frozen;
using CloudPacs.Dicom;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Mapping.Values;

/// <summary>
/// What base, site and sender say together about one sender: read by functions and by <c>$sender.x</c> and <c>$site.x</c>.
/// </summary>
public sealed record MapSettings
{
    private const int MaxUris = 1_000;
    private readonly ConcurrentDictionary<(string Root, string Name), string> _uris = [];

    /// <summary>Name of the sender: the file name in <c>mappings/senders</c>, or <c>default</c>.</summary>
    public required string Sender { get; init; }

    /// <summary>Name of the site (<c>Site:Name</c>); its short form in code item schemes is <c>99</c> + name (PS3.16 8.2).</summary>
    public required string Site { get; init; }

    public required SenderPolicy Policy { get; init; }

    /// <summary>Zone of this sender's times without offset; the site's when the sender has none.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Zone of the site: worklist dates and times are local times here.</summary>
    public required TimeZoneInfo SiteZone { get; init; }

    /// <summary>Root of the URIs that we coin, without a slash at the end, such as <c>https://pacs.mercy.example</c>.</summary>
    public required string BaseUri { get; init; }

    /// <summary>Root of the systems that the sender's own numbers have in FHIR.</summary>
    internal string SenderUri => field ??= $"{BaseUri}/id/{Uri.EscapeDataString(Sender)}";

    /// <summary>What stands before or behind the names of people and is none; null when there is no such table.</summary>
    internal MapTable? NameTitles => Tables.GetValueOrDefault("name_title");

    /// <summary>The system of an authority of the sender, or a coding scheme, that no table has: its name below a root of ours.</summary>
    internal string UriBelow(string root, string name)
    {
        if (_uris.TryGetValue((root, name), out var known)) return known;
        var made = $"{root}/{Uri.EscapeDataString(name)}";
        // Names come with messages, so that there is no end to them.
        if (_uris.Count < MaxUris) _uris.TryAdd((root, name), made);
        return made;
    }

    /// <summary>The system of codes that are the site's own.</summary>
    internal string LocalCodeSystem => field ??= BaseUri + "/codes/local";

    /// <summary>Root of the systems of coding schemes that no table has.</summary>
    internal string SchemesUri => field ??= BaseUri + "/codes";

    internal string PractitionerSystem => field ??= SenderUri + "/practitioner";

    internal string LocationSystem => field ??= SenderUri + "/location";

    /// <summary>UUID made once per installation: name space of derived UIDs and ids.</summary>
    public required Guid InstallationNamespace { get; init; }

    /// <summary>Variables of base, site and sender files; a name keeps the type that its value has in YAML.</summary>
    public required FrozenDictionary<string, MapValue> Vars { get; init; }

    public required FrozenDictionary<string, MapTable> Tables { get; init; }

    /// <summary>Procedure catalogue of the site with the sender's rows over it.</summary>
    public required Catalogue Catalogue { get; init; }

    /// <summary>What follows from rows in each resource type, so that no rule may write it.</summary>
    public IReadOnlyList<OwnedElements> Owned { get; init; } = [];

    public IReadOnlyDictionary<Tag, string> OwnedAttributes { get; init; } = FrozenDictionary<Tag, string>.Empty;

    /// <summary>Variable of the sender, else of the site; null when neither has it.</summary>
    public string? Var(string name) => Vars.TryGetValue(name, out var value) ? value.AsText() : null;
}
