using System.Globalization;
using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Indexing;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Searching;

/// <summary>Reads a search: its criteria, and how the result is cut, ordered and shown (FHIR R4 search.html 3.1.1.5).</summary>
public sealed class SearchQueryReader
{
    public const int DefaultCount = 20, MostCount = 1000;

    /// <summary>More than this makes one statement too long, or too many of them.</summary>
    private const int MostConditions = 300, MostOrders = 16, MostInclusions = 2000;

    /// <summary>Parameters about the answer that are read elsewhere.</summary>
    private static readonly HashSet<string> OfTheAnswer = ["_format", "_pretty", "_summary", "_elements"];

    /// <summary>Parameters that would change what is found if they were passed over.</summary>
    private static readonly HashSet<string> Refused = ["_query", "_filter", "_text", "_content", "_contained", "_containedType"];

    /// <summary>So many parameters that are passed over are told of.</summary>
    private const int MostWarnings = 100;

    private readonly SearchedParameters _parameters;
    private readonly ValueReader _values;
    private readonly CriterionReader _criteria;
    private readonly PageSeal _pages;
    private readonly Func<string, SearchQueryReader> _at;

    /// <param name="parameters">What resources are indexed by.</param>
    /// <param name="keys">Names values and places as the indexer does.</param>
    /// <param name="pages">Reads where pages begin.</param>
    /// <param name="ownBase">Address of the server, with a slash at its end; null when it has none.</param>
    /// <param name="zone">Where a time without an offset, or a date, is meant.</param>
    /// <param name="clock">What is approximately now.</param>
    public SearchQueryReader(
        ParameterSet parameters, IndexKeys keys, PageSeal pages, string? ownBase, TimeZoneInfo zone, TimeProvider clock)
    {
        Parameters = parameters;
        _parameters = new SearchedParameters(parameters);
        _pages = pages;
        _at = address => address == ownBase ? this : new SearchQueryReader(parameters, keys, pages, address, zone, clock);
        _values = new ValueReader(keys, ownBase, zone, clock);
        _criteria = new CriterionReader(_parameters, _values);
    }

    /// <summary>What resources are indexed by, also what they are not indexed by yet.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The same for who knows the server by an address, where a parameter has it in a reference.</summary>
    /// <param name="address">Address of the server, without a slash at its end.</param>
    /// <param name="given">All parameters.</param>
    public SearchQueryReader At(string address, IEnumerable<GivenParameter> given) =>
        given.Any(one => one.Value.Contains(address, StringComparison.Ordinal)) ? _at(address + "/") : this;

    /// <param name="type">The type that is searched.</param>
    /// <param name="given">All parameters.</param>
    /// <param name="isStrict">A parameter that is not known is an error (<c>Prefer: handling=strict</c>).</param>
    /// <param name="path">Address of the search below the base, where that is not the type.</param>
    /// <exception cref="SearchException">The search cannot be done so.</exception>
    public SearchQuery Read(string type, IEnumerable<GivenParameter> given, bool isStrict, string? path = null)
    {
        path ??= type;
        var reading = new Reading(type, isStrict);
        foreach (var parameter in given) Read(parameter, reading);
        return new SearchQuery
        {
            Type = type,
            Path = path,
            Conditions = reading.Conditions,
            Order = reading.Order,
            Inclusions = reading.Inclusions,
            Count = reading.Count,
            Total = reading.Total,
            After = reading.Page is { } page ? _pages.Read(page, path, reading.Applied, reading.Order.Count) : null,
            Applied = reading.Applied,
            Warnings = reading.Warnings,
        };
    }

    private void Read(GivenParameter given, Reading reading)
    {
        if (given.Name == PageSeal.Parameter)
        {
            reading.Page = given.Value;
            return;
        }

        if (Refused.Contains(given.Name) && given is not { Name: "_contained", Value: "false" })
            throw new SearchException("not-supported", given.Name, $"{given.Name} is not offered by this server.");
        if (given.Value.Length == 0)
        {
            reading.PassOver(given, "value", $"{given.Name} has no value.");
            return;
        }

        if (OfTheAnswer.Contains(given.Name))
        {
            if (given is { Name: "_summary", Value: "count" }) reading.Count = 0;
        }
        else if (given.Name is "_count" or "_total" or "_sort" || given.Name.Split(':')[0] is "_include" or "_revinclude")
        {
            if (!ReadResult(given, reading)) return;
        }
        else if (!ReadCriterion(given, reading))
        {
            return;
        }

        reading.Applied.Add(given);
    }

    /// <returns>False when it is passed over.</returns>
    private bool ReadCriterion(GivenParameter given, Reading reading)
    {
        try
        {
            if (_criteria.Read(reading.Type, given.Name, given.Value) is not { } condition)
                return reading.PassOver(given, "not-supported", $"{reading.Type} has no search parameter {given.Name}.");
            reading.Require(condition, given);
            return true;
        }
        catch (SearchException e) when (e.IsOfUse)
        {
            return reading.PassOver(given, e.Code, e.Message);
        }
    }

    /// <returns>False when it is passed over.</returns>
    private bool ReadResult(GivenParameter given, Reading reading)
    {
        switch (given.Name)
        {
            case "_count":
                if (!int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    throw new SearchException("value", given.Name, "_count is a whole number from 0.");
                if (reading.Count > 0) reading.Count = Math.Min(count, MostCount);
                return true;
            case "_total":
                reading.Total = given.Value switch
                {
                    "none" => TotalMode.None,
                    "estimate" => TotalMode.Cheap,
                    "accurate" => TotalMode.Accurate,
                    _ => throw new SearchException("value", given.Name, "_total is none, estimate or accurate."),
                };
                return true;
            case "_sort":
                List<string> rules = [.. given.Value.Split(',').Where(rule => ReadSort(rule, given, reading))];
                if (rules.Count > 0) reading.Applied.Add(given with { Value = string.Join(',', rules) });
                return false;
            default:
                return new InclusionReader(_parameters, _values).Read(given, reading.Type) is { } inclusions
                    ? reading.Include(inclusions, given)
                    : reading.PassOver(
                        given, "value", $"{given.Name} is written [type]:[reference parameter], with a target type or none.");
        }
    }

    private bool ReadSort(string rule, GivenParameter given, Reading reading)
    {
        var isDescending = rule.StartsWith('-');
        var code = isDescending ? rule[1..] : rule;
        if (_parameters.Find(reading.Type, code, given.Name) is not { } parameter)
            return reading.PassOver(given, "not-supported", $"{reading.Type} has no search parameter {code}, so nothing is sorted by it.");
        var by = (parameter.Code, parameter.Kind) switch
        {
            ("_id", _) => OrderBy.Id,
            ("_lastUpdated", _) => OrderBy.LastUpdated,
            (_, SearchKind.Date) => OrderBy.Date,
            (_, SearchKind.String) => OrderBy.Text,
            (_, SearchKind.Quantity or SearchKind.Number) => OrderBy.Quantity,
            _ => (OrderBy?)null,
        };
        if (by is null)
            return reading.PassOver(
                given, "not-supported", $"Nothing is sorted by {code}; by dates, texts, numbers, _id and _lastUpdated it is.");
        if (reading.Order.Count == MostOrders)
            throw new SearchException("too-costly", given.Name, $"A search is sorted by {MostOrders} parameters at most.");
        reading.Order.Add(new SearchOrder(by.Value, _values.PlacesOf(parameter), isDescending));
        return true;
    }

    /// <summary>How many comparisons a condition is.</summary>
    private static int SizeOf(SearchCondition condition) => condition switch
    {
        EitherCondition either => either.AnyOf.Sum(SizeOf),
        NotCondition not => SizeOf(not.Condition),
        RefersToCondition refers => 1 + refers.Target.Sum(SizeOf),
        ReferredByCondition referred => 1 + referred.Source.Sum(SizeOf),
        _ => 1,
    };

    private sealed class Reading(string type, bool isStrict)
    {
        public string Type => type;

        public List<SearchCondition> Conditions { get; } = [];

        public List<SearchOrder> Order { get; } = [];

        public List<Inclusion> Inclusions { get; } = [];

        public List<GivenParameter> Applied { get; } = [];

        public List<FhirIssue> Warnings { get; } = [];

        public int Count { get; set; } = DefaultCount;

        public TotalMode Total { get; set; }

        public string? Page { get; set; }

        private int Size { get; set; }

        public void Require(SearchCondition condition, GivenParameter given)
        {
            Conditions.Add(condition);
            if ((Size += SizeOf(condition)) > MostConditions)
                throw new SearchException("too-costly", given.Name, $"A search has no more than {MostConditions} comparisons.");
        }

        public bool Include(IReadOnlyList<Inclusion> inclusions, GivenParameter given)
        {
            Inclusions.AddRange(inclusions);
            return Inclusions.Count <= MostInclusions
                ? true
                : throw new SearchException("too-costly", given.Name, "The search includes by too many references: name fewer of them.");
        }

        /// <summary>What is not known is passed over with a warning, or refused when the client wants it so.</summary>
        public bool PassOver(GivenParameter given, string code, string why)
        {
            if (isStrict) throw new SearchException(code, given.Name, why);
            var warning = new FhirIssue(code, why + " It was passed over.") { Severity = "warning", Parameter = given.Name };
            if (Warnings.Count < MostWarnings && !Warnings.Contains(warning)) Warnings.Add(warning);
            return false;
        }
    }
}
