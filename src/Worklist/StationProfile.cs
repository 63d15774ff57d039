using CloudPacs.Domain;
using CloudPacs.Settings;

namespace CloudPacs.Worklist;

/// <summary>What the engine knows of the application entity that asks: made once a station, used by every query of it.</summary>
public sealed class StationProfile
{
    public StationProfile(string callingAeTitle, StationSettings? station, EngineSettings settings)
    {
        CallingAeTitle = callingAeTitle;
        Facility = string.IsNullOrEmpty(station?.Facility) ? null : station.Facility;
        OwnEntriesOnly = station?.OwnEntriesOnly ?? false;
        IgnoreStationKey = station?.IgnoreStationKey ?? false;
        ChecksPerformedStrictly = station?.StrictMpps ?? false;
        UncreatedSteps = Enum.Parse<UncreatedSteps>(station?.MppsWithoutCreate ?? "refuse", ignoreCase: true);
        KeptBy = string.IsNullOrEmpty(station?.KeptBy) ? null : station.KeptBy;
        PrefersCompressed = station?.PreferCompressed ?? false;
        ListMatching = settings.Worklist.ListMatching;
        AnswerLimit = station is { AnswerLimit: > 0 } ? station.AnswerLimit : settings.Worklist.AnswerLimit;
        ConfiguredCharacterSet = string.IsNullOrEmpty(station?.CharacterSet) ? null : station.CharacterSet;
        DefaultCharacterSet = settings.Dicom.CharacterSet;
        Unassigned = new UnassignedRule(settings);
        OwnKey = StationKey.For(callingAeTitle, this);
    }

    public string CallingAeTitle { get; }

    /// <summary>Facility whose entries and studies it sees, beside those of none; null = all; empty = only those of none.</summary>
    public string? Facility { get; private set; }

    public bool OwnEntriesOnly { get; }

    public bool IgnoreStationKey { get; }

    /// <summary>Its reports of performed steps must have all that the standard asks for.</summary>
    public bool ChecksPerformedStrictly { get; }

    /// <summary>What becomes of its changes of performed steps that were not created here.</summary>
    public UncreatedSteps UncreatedSteps { get; }

    /// <summary>The archive that has what it sends; null: it is kept here.</summary>
    public string? KeptBy { get; }

    /// <summary>Of several transfer syntaxes a compressed one is chosen for what it sends.</summary>
    public bool PrefersCompressed { get; }

    public bool ListMatching { get; }

    public int AnswerLimit { get; }

    /// <summary>Specific Character Set that the site has set for this station, or null.</summary>
    public string? ConfiguredCharacterSet { get; }

    public string DefaultCharacterSet { get; }

    internal UnassignedRule Unassigned { get; }

    internal StationKey OwnKey { get; }

    /// <summary>The same for a caller that is known to be of a facility; null = it is not told of which.</summary>
    public StationProfile OfFacility(string? facility)
    {
        if (facility is null) return this;
        var own = (StationProfile)MemberwiseClone();
        own.Facility = facility;
        return own;
    }
}

/// <summary>
/// Who finds an entry that has no station: <c>modality</c>, <c>none</c> or a list of AE titles (Scheduled Station AE Title, PS3.4
/// K.6.1.2.2).
/// </summary>
internal sealed class UnassignedRule(EngineSettings settings)
{
    private readonly string[] _titles = settings.Worklist.UnassignedVisibleTo.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether there is a title that finds such an entry while no station is configured.</summary>
    public bool AdmitsAny() => _titles is not ["none"];

    public bool Admits(string title, string modality)
    {
        if (_titles is ["none"]) return false;
        if (_titles is not ["modality"]) return _titles.Contains(title, StringComparer.Ordinal);
        if (settings.Dicom.Stations.Count == 0) return true;
        return settings.Dicom.Stations.TryGetValue(title, out var station)
            && (station.Modalities.Count == 0 || station.Modalities.Contains(modality, StringComparer.Ordinal));
    }
}
