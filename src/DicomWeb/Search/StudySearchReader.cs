using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;

namespace CloudPacs.DicomWeb.Search;

/// <summary>Reads the parameters of a search, one after the other.</summary>
public sealed class StudySearchReader
{
    /// <summary>Parameters of every resource (PS3.18 8.3.1): the negotiation reads them.</summary>
    private static readonly string[] Elsewhere = ["accept", "charset"];

    private readonly SearchPath _path;
    private readonly ISupportedKeys _keysHere;
    private readonly SearchControls _controls = new(leastLimit: 0);
    private readonly DataSet _keys = new();
    private readonly DataSet _withoutValue = new();
    private readonly DataSet _returned = new();
    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private readonly List<AttributePath> _private = [];
    private readonly List<string> _warnings = [];
    private bool _returnsAll;
    private string? _timezone;

    private StudySearchReader(SearchPath path)
    {
        _path = path;
        _keysHere = SearchAttributes.Keys(path.Levels);
    }

    /// <param name="path">Where the search stands.</param>
    /// <param name="query">Names and values, decoded, in their order.</param>
    /// <param name="isFuzzyKnown">Whether the service has fuzzy matching of names.</param>
    /// <param name="search">What was asked for.</param>
    /// <returns>What is wrong with which parameter, as a sentence; null when nothing is.</returns>
    public static string? Read(
        SearchPath path, IEnumerable<(string Name, string Value)> query, bool isFuzzyKnown, out StudySearch search)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(query);
        var reader = new StudySearchReader(path);
        var fault = reader.TakePath();
        // What two quotation marks mean stands in another parameter, maybe behind them.
        foreach (var (name, value) in query.OrderBy(static one => one.Name != "emptyvaluematching")) fault ??= reader.Take(name, value);
        fault ??= reader.FindFault();
        reader.Complete();
        reader._warnings.AddRange(reader._controls.Warnings(isFuzzyKnown, isEmptyKnown: true, isSeveralKnown: true));
        search = new(
            path, reader._keys, reader._withoutValue, reader._returnsAll ? null : reader._returned, reader._controls, reader._timezone,
            [.. reader._warnings.Distinct()]);
        return fault;
    }

    private string? TakePath()
    {
        _keys.Set(Tags.QueryRetrieveLevel, _path.Level == SearchLevel.Instance ? "IMAGE" : _path.Level.ToString().ToUpperInvariant());
        foreach (var (tag, uid) in new[] { (Tags.StudyInstanceUid, _path.Study), (Tags.SeriesInstanceUid, _path.Series) })
        {
            if (uid is null) continue;
            if (!VrRules.IsUid(uid)) return "The path holds something where a UID is meant.";
            _keys.Set(tag, uid);
        }

        return null;
    }

    private string? Take(string name, string value)
    {
        if (_controls.TryTake(name, value, out var fault)) return fault;
        if (name == "includefield") return TakeIncluded(value);
        if (Elsewhere.Contains(name)) return null;
        if (AttributePath.Read(name) is { } path) return TakeKey(name, path, value);
        if (LooksLikeAttribute(name)) return $"{name} is no attribute.";
        Ignore(name, "is no parameter of this search");
        return null;
    }

    private string? TakeIncluded(string value)
    {
        foreach (var field in value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (field == "all") _returnsAll = true;
            else if (AttributePath.Read(field) is { } path)
            {
                if (SearchAttributes.LevelOf(path.First) > _path.Level) Ignore(path.ToString(), "describes a lower level than the results");
                else path.AddTo(_returned);
            }
            else if (field.Length == 8 && Tag.TryParse(field, out _)) Ignore(field, "is not known");
            else return $"includefield: {field} is no attribute.";
        }

        return null;
    }

    private string? TakeKey(string name, AttributePath path, string value)
    {
        if (!_seen.TryAdd(path.ToString(), value))
        {
            // Viewers repeat a parameter with the value that it had.
            return _seen[path.ToString()] == value ? null : $"{name} is given twice, with different values.";
        }

        if (path.First == Tags.TimezoneOffsetFromUtc) return TakeTimezone(name, value);
        if (path.IsPrivate)
        {
            _private.Add(path);
            return null;
        }

        var isWithoutValue = value == "\"\"" && _controls.MatchesEmpty;
        if (path.VR == VR.SQ && value.Length > 0 && !isWithoutValue) return $"{name} is a sequence: name one of its attributes.";
        if (!IsKeyHere(path))
        {
            if (!IsSaidByPath(path.First, value)) Ignore(path.ToString(), "is not matched here");
            return null;
        }

        if (isWithoutValue)
        {
            path.AddTo(_withoutValue);
            path.AddTo(_returned);
            return null;
        }

        // A comma separates UIDs (PS3.18 8.3.4.1.1); code strings cannot hold one, and viewers list modalities so.
        string[] values = value.Length == 0 ? [] : path.VR is VR.UI or VR.CS ? value.Split(',', '\\') : [value];
        if (!path.CanHold(values)) return $"{name} cannot have that value.";
        path.AddTo(_keys, values);
        path.AddTo(_returned);
        return null;
    }

    private string? TakeTimezone(string name, string value)
    {
        // A plus sign that was not escaped arrives as a blank.
        if (value.StartsWith(' ')) value = "+" + value[1..];
        if (value.Length > 0 && !IsOffset(value)) return $"{name} must be an offset from UTC such as +0100.";
        _timezone = value.Length > 0 ? value : null;
        return null;
    }

    private bool IsKeyHere(AttributePath path)
    {
        var level = _keysHere;
        foreach (var (tag, _) in path.Steps)
        {
            if (!level.Include(tag)) return false;
            level = level.In(tag);
        }

        return true;
    }

    private bool IsSaidByPath(Tag tag, string value) =>
        value.Length > 0 && (tag == Tags.StudyInstanceUid ? _path.Study == value : tag == Tags.SeriesInstanceUid && _path.Series == value);

    /// <summary>Keys that nothing can ever match, and private ones whose creator nobody names (PS3.18 8.3.4.1).</summary>
    private string? FindFault()
    {
        foreach (var path in _private.Where(static path => !path.Steps[^1].Tag.IsPrivateCreator))
        {
            var (group, element) = path.Steps[^1].Tag;
            var creator = new Tag(group, (ushort)(element >> 8));
            if (!_private.Any(other => other.Steps[^1].Tag == creator)) return $"{path} is private: name its creator in {creator}.";
            Ignore(path.ToString(), "is not matched here");
        }

        var together = new HashSet<Tag>();
        foreach (var (date, time) in SearchAttributes.Moments.Where(pair => _keys.Contains(pair.Date) && _keys.Contains(pair.Time)))
        {
            // Date and time are one period here (PS3.18 8.3.4.1.1): its times may run from an evening to a morning.
            if (DateTimeWindow.From(_keys, date, time)?.Fault is var (tag, text)) return $"{DicomDictionary.NameOf(tag)} {text}.";
            together.UnionWith([date, time]);
        }

        foreach (var key in _keys)
        {
            if (!together.Contains(key.Tag) && KeyRules.For(key, _keysHere, listMatching: true)?.Faulty is { } faulty)
                return $"{DicomDictionary.NameOf(faulty.Tag)} {faulty.Fault}.";
        }

        return null;
    }

    private void Complete()
    {
        foreach (var tag in _path.Levels.SelectMany(SearchAttributes.Returned)) Return(tag);
        if (_path.Level >= SearchLevel.Series) Return(Tags.StudyInstanceUid);
        if (_path.Level == SearchLevel.Instance) Return(Tags.SeriesInstanceUid);
    }

    /// <summary>What is always returned is returned whole, also when a key or a field is named inside of it.</summary>
    private void Return(Tag tag) => _returned.SetEmpty(tag);

    private void Ignore(string name, string why) => _warnings.Add($"{name} {why}: it was ignored.");

    private static bool LooksLikeAttribute(string name) =>
        name.Length > 0 && (char.IsAsciiLetterUpper(name[0]) || name.Contains('.', StringComparison.Ordinal)
            || (name.Length == 8 && Tag.TryParse(name, out _)));

    private static bool IsOffset(string value) =>
        value.Length == 5 && value[0] is '+' or '-' && !value.AsSpan(1).ContainsAnyExceptInRange('0', '9');
}
