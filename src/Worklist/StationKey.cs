using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.Worklist;

/// <summary>
/// Scheduled Station AE Title: any stored title may equal (PS3.4 K.6.1.2.2); an entry without one is found by the titles that the site
/// admits (<c>Worklist:UnassignedVisibleTo</c>).
/// </summary>
internal sealed class StationKey
{
    public const string Rule = "single value or wild card matching on any scheduled station, PS3.4 K.6.1.2.2";

    private readonly IReadOnlyList<string> _keys;
    private readonly bool _hasWildcard;
    private readonly StationProfile _profile;

    private StationKey(IReadOnlyList<string> keys, StationProfile profile)
    {
        _keys = keys;
        _profile = profile;
        _hasWildcard = _keys.Any(static k => Wildcard.IsIn(k));
    }

    /// <summary>The one exact title asked for, or null.</summary>
    public string? Title => _keys.Count == 1 && !_hasWildcard ? _keys[0] : null;

    /// <summary>
    /// Why nothing can ever match: several titles have a meaning only where the site lets a list mean "any of"; null when something can.
    /// </summary>
    public string? Fault => _keys.Count > 1
        ? _profile.ListMatching ? null : KeyRules.OneValue
        : Title is { } title && VrRules.FindProblem(title, VR.AE) is not null ? KeyRules.Misfit(title, VR.AE) : null;

    public static StationKey? From(DataElement key, StationProfile profile)
    {
        if (key.IsEmpty || profile.IgnoreStationKey) return null;
        var values = key.Values.Where(static v => v.Length > 0).ToArray();
        if (values.Length == 0 || values is ["*"]) return null;
        return new StationKey(values, profile);
    }

    public static StationKey For(string title, StationProfile profile) => new([title], profile);

    public bool Matches(WorklistEntry entry)
    {
        if (Fault is not null) return false;
        if (entry.StationAeTitles.Count == 0)
            return _keys.Any(key => _profile.Unassigned.Admits(Wildcard.IsIn(key) ? _profile.CallingAeTitle : key, entry.Modality));
        foreach (var title in entry.StationAeTitles)
            foreach (var key in _keys)
                if (_hasWildcard ? Wildcard.Matches(key, title) : string.Equals(key, title, StringComparison.Ordinal)) return true;
        return false;
    }
}
