using CloudPacs.Fhir.Search;
using CloudPacs.Fhir.Search.Defining;
using CloudPacs.FhirServer;
using CloudPacs.FhirServer.Writing;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Saving;
using CloudPacs.Store.Search;
using Npgsql;

namespace CloudPacs.Integration.Fhir;

/// <summary>
/// The search parameters that a site defines: SearchParameters that clients write. They are in force before their write is answered; an
/// engine that ended between the two is made up for by any that lives.
/// </summary>
/// <param name="changes">Puts them into force.</param>
/// <param name="index">Knows which are in force.</param>
internal sealed class SiteParameters(ParameterChanges changes, FhirIndex index)
{
    /// <summary>Type of the resources that define them.</summary>
    public const string Type = "SearchParameter";

    /// <summary>Every resource that is written is indexed by all of them, and they are all looked through by each search.</summary>
    private const int Most = 100;

    /// <summary>Waits for its turn, does writes of definitions, and puts into force what they say.</summary>
    /// <returns>What comes of them; null when the database is away, and nothing is known to be changed.</returns>
    public async Task<IReadOnlyList<WriteOutcome>?> WriteAsync(
        Func<Task<IReadOnlyList<WriteOutcome>?>> writeAsync, CancellationToken cancellationToken)
    {
        IReadOnlyList<WriteOutcome>? outcomes = null;
        try
        {
            await using var turn = await changes.BeginWritingAsync(cancellationToken);
            await CatchUpAsync(cancellationToken);
            outcomes = await writeAsync();
            await CatchUpAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // What was written is put into force when the database is back.
        }

        return outcomes;
    }

    /// <summary>Knows and puts into force what was written, whoever wrote it.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (await changes.CatchUpAsync(cancellationToken)) await StartAsync(cancellationToken);
    }

    /// <summary>Puts into force what is stored, as this program reads it.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => changes.PutIntoForceAsync(Type, Read, cancellationToken);

    /// <summary>Why the next version of a definition cannot be stored; null when it can.</summary>
    /// <param name="current">The version that is stored; null for none.</param>
    /// <param name="next">The next one.</param>
    /// <param name="beside">Definitions that are written with it.</param>
    public FhirIssue? WhyNot(FhirResourceRow? current, FhirResourceRow next, IReadOnlyList<FhirResourceRow> beside)
    {
        if (current is { Deleted: false } && SiteParameter.IsStandard(current.Content))
            return new FhirIssue("business-rule", "This parameter of FHIR R4 comes with the program: it stays as it is.")
            {
                Expression = Type,
            };
        if (next.Deleted) return null;
        var parameters = SiteParameter.Read(next.Content, isReady: false).Parameters;
        if (parameters.Count == 0) return null;
        HashSet<string?> written = [next.Id, .. beside.Select(static row => row.Id)];
        List<SearchParameter> others =
        [
            .. index.Parameters.OfSite.Where(one => !written.Contains(one.DefinedBy)),
            .. beside.Where(static row => !row.Deleted)
                .SelectMany(static row => SiteParameter.Read(row.Content, isReady: false).Parameters),
        ];
        if (others.Select(static one => one.DefinedBy).Distinct().Count() >= Most)
            return new FhirIssue("too-costly", $"This server has {Most} parameters of the site, and takes no more.") { Expression = Type };
        var names = parameters.ToDictionary(static one => one.ToString());
        return others.Find(one => names.ContainsKey(one.ToString())) is { } other
            ? new FhirIssue("duplicate", $"{other.ResourceType} has a parameter {other.Code} already: {other.Url}.")
            {
                Expression = Type + ".code",
            }
            : null;
    }

    /// <summary>What definitions say; of two of one name, which no writer could bring about, the first counts.</summary>
    private static List<ParameterRow> Read(IEnumerable<FhirResourceRow> definitions)
    {
        var names = new HashSet<string>();
        var rows = new List<ParameterRow>();
        foreach (var definition in definitions)
        {
            var parameters = SiteParameter.Read(definition.Content, isReady: false).Parameters;
            if (parameters.Count == 0 || parameters.Any(one => names.Contains(one.ToString()))) continue;
            names.UnionWith(parameters.Select(static one => one.ToString()));
            rows.Add(new ParameterRow(
                definition.Id, definition.Content, [.. parameters.Select(static one => one.ResourceType)],
                string.Join('\n', parameters.Select(PlacesOf)), IsComplete: false));
        }

        return rows;
    }

    private static string PlacesOf(SearchParameter parameter) =>
        $"{parameter.ResourceType} {parameter.Kind} "
        + string.Join(' ', parameter.Paths.Select(static path => $"{path}/{path.System}/{path.Target}/{path.IsPresence}"));
}
