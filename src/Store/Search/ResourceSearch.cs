using CloudPacs.Store.Fhir;
using Npgsql;

namespace CloudPacs.Store.Search;

/// <summary>What is searched, and how its result is cut and ordered.</summary>
public sealed record SearchRequest
{
    public required string Type { get; init; }

    /// <summary>Of which facility the caller is, who does not see studies of others; null for one who sees all.</summary>
    public string? Facility { get; init; }

    /// <summary>
    /// A resource that all matches name, or are, as <c>Type/id</c>, where one is known: what stands in no index is chosen by it.
    /// </summary>
    public string? About { get; init; }

    /// <summary>All of them must be met.</summary>
    public required IReadOnlyList<SearchCondition> Conditions { get; init; }

    /// <summary>By what the matches are ordered, the first one first; the newest resources come first where nothing else is said.</summary>
    public IReadOnlyList<SearchOrder> Order { get; init; } = [];

    /// <summary>The page begins after the match that has these; null for the first page.</summary>
    public SearchPosition? After { get; init; }

    /// <summary>The most matches that are given.</summary>
    public required int Limit { get; init; }

    /// <summary>The most bytes that are given; a page has one match at least.</summary>
    public ContentLimit Content { get; init; } = new(ContentLimit.Page, null);
}

/// <summary>What matches are ordered by.</summary>
public enum OrderBy
{
    Id,
    LastUpdated,
    Date,
    Text,
    Quantity,
}

/// <summary>
/// One order of matches: by the least value ascending, by the greatest descending, of times by their beginnings; those without one come
/// last.
/// </summary>
/// <param name="By">What is looked at.</param>
/// <param name="Places">Where, for values of the index.</param>
/// <param name="IsDescending">The greatest first.</param>
public sealed record SearchOrder(OrderBy By, IReadOnlyList<long> Places, bool IsDescending);

/// <summary>Where a match stands in the order: what it is ordered by, as text, and its number.</summary>
/// <param name="Values">One for each order; null for a match that has none.</param>
/// <param name="Number">Its number.</param>
public sealed record SearchPosition(IReadOnlyList<string?> Values, long Number);

/// <summary>References that are followed from resources to others.</summary>
/// <param name="SourceType">The type that refers.</param>
/// <param name="Places">Where the references stand.</param>
/// <param name="TargetType">The type that is referred to; null for all.</param>
/// <param name="IsReverse">From those that are referred to, to those that refer.</param>
public sealed record ReferenceStep(string SourceType, IReadOnlyList<long> Places, string? TargetType, bool IsReverse);

/// <summary>A resource that was found.</summary>
public sealed record SearchMatch(FhirResourceRow Resource, SearchPosition Position)
{
    /// <summary>What one instance of a study adds to it, at least.</summary>
    private const long Instance = 256;

    /// <summary>How many bytes it has, about.</summary>
    internal long Bytes => Resource.Content.Length + (Instance * Resource.Instances.Count);
}

/// <summary>Resources that were found.</summary>
/// <param name="Matches">In order.</param>
/// <param name="Bytes">How many bytes they have.</param>
/// <param name="IsCut">There may be more: these have as many bytes as were asked for.</param>
public sealed record SearchFound(IReadOnlyList<SearchMatch> Matches, long Bytes, bool IsCut)
{
    public static readonly SearchFound Nothing = new([], 0, false);
}

/// <summary>Finds resources, with one statement each.</summary>
/// <param name="lookups">Where they are, and statements are planned once: for what is looked up by rare values.</param>
/// <param name="searches">The same, where every statement is planned for its values: for what depends on how common they are.</param>
public sealed class ResourceSearch(NpgsqlDataSource lookups, NpgsqlDataSource searches)
{
    /// <summary>The column after those of the resource.</summary>
    private const int Number = FhirQueries.ColumnCount;

    private readonly KeyFrequencies _frequencies = new(lookups);

    /// <summary>The matches of a page, in order.</summary>
    /// <exception cref="NpgsqlException">The database is away, or the statement took too long (57014).</exception>
    public async Task<SearchFound> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _frequencies.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var areFew = _frequencies.AreFew(request.Conditions, request.Limit);
        if (!areFew && await FindNearAsync(request, cancellationToken).ConfigureAwait(false) is { } near) return near;
        var isLookup = _frequencies.AreLookedUp(request.Conditions, request.Limit);
        await using var command = (isLookup ? lookups : searches).CreateCommand();
        var statement = new SearchStatement(request.Facility, isLookup);
        SearchPage.WriteAll(statement, request, areFew);
        statement.Put(command);
        return await ReadAsync(command, request.Order.Count, request.Content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The page, when it is among the resources that come first in its order: they are gone through in one way whatever is searched, so
    /// nothing is planned for it. Else null.
    /// </summary>
    private async Task<SearchFound?> FindNearAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (!NearMatches.CanFollow(request.Order)) return null;
        await using var command = lookups.CreateCommand();
        var statement = new SearchStatement(request.Facility, isLookup: false, isWalk: true);
        SearchPage.WriteNear(statement, request);
        statement.Put(command);
        var complete = Number + 1 + request.Order.Count;
        var (found, isComplete) = (new List<SearchMatch>(), true);
        var (bytes, isCut) = await command.ReadAsync(Add, request.Content, cancellationToken).ConfigureAwait(false);
        return isComplete ? new SearchFound(found, bytes, isCut) : null;

        long? Add(NpgsqlDataReader reader)
        {
            // All rows say the same of it.
            if (!(isComplete = reader.GetBoolean(complete))) return null;
            if (reader.IsDBNull(Number)) return 0;
            found.Add(ReadMatch(reader, request.Order.Count, complete + 1));
            return found[^1].Bytes;
        }
    }

    private static async Task<SearchFound> ReadAsync(
        NpgsqlCommand command, int orders, ContentLimit limit, CancellationToken cancellationToken)
    {
        var found = new List<SearchMatch>();
        var (bytes, isCut) = await command.ReadAsync(Add, limit, cancellationToken).ConfigureAwait(false);
        return new SearchFound(found, bytes, isCut);

        long? Add(NpgsqlDataReader reader)
        {
            found.Add(ReadMatch(reader, orders, Number + 1 + orders));
            return found[^1].Bytes;
        }
    }

    /// <param name="reader">At a row.</param>
    /// <param name="orders">So many values tell its place.</param>
    /// <param name="instances">The first of the columns of instances.</param>
    private static SearchMatch ReadMatch(NpgsqlDataReader reader, int orders, int instances)
    {
        var values = orders == 0 ? [] : new string?[orders];
        for (var i = 0; i < orders; i++) values[i] = reader.Text(Number + 1 + i);
        return new SearchMatch(FhirQueries.Read(reader, instances), new SearchPosition(values, reader.GetInt64(Number)));
    }

    /// <summary>
    /// The resources that some refer to, or that refer to them, by references in one of some places; those that the caller sees.
    /// </summary>
    /// <param name="from">Numbers of the resources to go from.</param>
    /// <param name="step">Which references are followed.</param>
    /// <param name="facility">As in <see cref="SearchRequest.Facility"/>.</param>
    /// <param name="most">The most resources that are given.</param>
    /// <param name="content">The most bytes that are given.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<SearchFound> FollowAsync(
        IReadOnlyList<long> from, ReferenceStep step, string? facility, int most, ContentLimit content,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        await using var command = lookups.CreateCommand();
        var statement = new SearchStatement(facility, isLookup: true);
        SearchPage.WriteStep(statement, from, step, most);
        statement.Put(command);
        return await ReadAsync(command, orders: 0, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many resources meet the conditions.</summary>
    /// <param name="request">What is searched.</param>
    /// <param name="most">Not counted further, nor where common values alone tell that there are more; then this is the answer.</param>
    /// <param name="cancellationToken">Ends the count.</param>
    public async Task<long> CountAsync(SearchRequest request, long most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await _frequencies.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var areFew = _frequencies.AreFew(request.Conditions, request.Limit);
        if (!areFew && most < long.MaxValue) return most;
        var isLookup = _frequencies.AreLookedUp(request.Conditions, request.Limit);
        await using var command = (isLookup ? lookups : searches).CreateCommand();
        var statement = new SearchStatement(request.Facility, isLookup);
        // A bound that the planner saw would lead it to go through all resources until so many are found.
        statement.Add("SELECT count(*) FROM (SELECT 1 FROM (SELECT 1 FROM fhir_index i WHERE ").OfType("i", request.Type, areFew);
        statement.All("i", request.Type, request.Conditions);
        statement.Add(" OFFSET 0) a LIMIT ").Value(most).Add(") s");
        statement.Put(command);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
