using CloudPacs.Fhir.Editing;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Writing;

/// <summary>A write of the resource that meets criteria: which one it is, is known when the criteria are locked.</summary>
/// <param name="Criteria">What it must be.</param>
/// <param name="NewId">The id that a new resource gets; until it is known which one it is, others refer to it by this.</param>
public abstract record ConditionalWrite(ResourceCriteria Criteria, string NewId) : FhirWrite(Criteria.Type, NewId)
{
    /// <summary>The writes that it comes to, each of one resource.</summary>
    /// <param name="matches">The resources that meet the criteria.</param>
    /// <param name="isFree">Tells whether no resource of the type has an id.</param>
    public abstract WriteResolution Resolve(ResourceMatches matches, Func<string, bool> isFree);

    public override WriteOutcome Decide(FhirResourceRow? current, DateTimeOffset now) =>
        throw new InvalidOperationException("It is not known yet which resource is written.");

    /// <summary>Why matches are none that can be gone on with; null when they are.</summary>
    /// <param name="matches">The resources that meet the criteria.</param>
    /// <param name="most">So many of them are allowed.</param>
    protected WriteOutcome? TooMany(ResourceMatches matches, int most) =>
        matches.IsUnsure ? WriteOutcome.Refused(409, "conflict", "Others change what meets the criteria at this moment. Try again.")
        : matches.Rows.Count > most ? SeveralMatch(Type, most)
        : null;

    public static WriteOutcome SeveralMatch(string type, int most) => WriteOutcome.Refused(
        412, "multiple-matches",
        most == 1
            ? $"More than one {type} meets the criteria, so it is not clear which one is meant."
            : $"More than {most} resources of type {type} meet the criteria: so many are not deleted at once.");
}

/// <summary>What a conditional write comes to.</summary>
/// <param name="Writes">Writes of resources that are known; none when nothing is to be written.</param>
/// <param name="Outcome">What comes of it without a write, or of several; null for the outcome of the only one.</param>
public sealed record WriteResolution(IReadOnlyList<FhirWrite> Writes, WriteOutcome? Outcome)
{
    public static WriteResolution Of(FhirWrite write) => new([write], null);

    public static WriteResolution Ended(WriteOutcome outcome) => new([], outcome);
}

/// <summary>conditional create (FHIR R4 http.html 3.1.0.8.1): nothing is made when a resource meets the criteria.</summary>
public sealed record ConditionalCreate(ResourceDraft Draft, ResourceCriteria Criteria, string NewId) : ConditionalWrite(Criteria, NewId)
{
    public override ResourceDraft? Content => Draft;

    public override WriteResolution Resolve(ResourceMatches matches, Func<string, bool> isFree) =>
        TooMany(matches, 1) is { } refused ? WriteResolution.Ended(refused)
        : matches.Rows is [var match] ? WriteResolution.Ended(Met(match))
        : WriteResolution.Of(new CreateWrite(Draft, NewId));

    public static WriteOutcome Met(FhirResourceRow match) => WriteOutcome.Kept(200, match) with { IsMet = true };
}

/// <summary>conditional update (FHIR R4 http.html 3.1.0.4.3), which creates what is not there.</summary>
/// <param name="Draft">The resource, with an id or without.</param>
/// <param name="Criteria">What the resource must be that is updated.</param>
/// <param name="NewId">The id of a new one for which the client gives none.</param>
/// <param name="Expected">The version that must be the current one; null for any.</param>
public sealed record ConditionalUpdate(ResourceDraft Draft, ResourceCriteria Criteria, string NewId, int? Expected)
    : ConditionalWrite(Criteria, NewId)
{
    public override ResourceDraft? Content => Draft;

    public override WriteResolution Resolve(ResourceMatches matches, Func<string, bool> isFree)
    {
        if (TooMany(matches, 1) is { } refused) return WriteResolution.Ended(refused);
        if (matches.Rows is [var match])
            return Draft.Id is null || Draft.Id == match.Id
                ? WriteResolution.Of(new UpdateWrite(Draft, match.Id, Expected))
                : Refused(400, "value", $"The {Type} that meets the criteria has another id than the body.");
        return Draft.Id is null || isFree(Draft.Id)
            ? WriteResolution.Of(new UpdateWrite(Draft, Draft.Id ?? NewId, Expected))
            : Refused(409, "conflict", $"No {Type} meets the criteria, and the id of the body is that of another one.");
    }

    private static WriteResolution Refused(int status, string code, string text) =>
        WriteResolution.Ended(WriteOutcome.Refused(status, code, text));
}

/// <summary>conditional delete (FHIR R4 http.html 3.1.0.7.1).</summary>
/// <param name="Criteria">What the resources must be that are deleted.</param>
/// <param name="Most">More are not deleted at once.</param>
/// <param name="Expected">The version that must be the current one; null for any.</param>
public sealed record ConditionalDelete(ResourceCriteria Criteria, string NewId, int Most, int? Expected) : ConditionalWrite(Criteria, NewId)
{
    public override WriteResolution Resolve(ResourceMatches matches, Func<string, bool> isFree)
    {
        if (TooMany(matches, Most) is { } refused) return WriteResolution.Ended(refused);
        IReadOnlyList<FhirWrite> writes = [.. matches.Rows.Select(row => new DeleteWrite(Type, row.Id, Expected))];
        return new WriteResolution(writes, writes.Count == 1 ? null : WriteOutcome.Kept(204, null));
    }
}

/// <summary>A reference to the resource that meets criteria (FHIR R4 http.html 3.1.0.11.2, conditional references).</summary>
/// <param name="Address">What stands in resources until it is known which one it is.</param>
/// <param name="Criteria">What it must be.</param>
/// <param name="Place">FHIRPath of the resource that refers to it.</param>
public sealed record ConditionalReference(string Address, ResourceCriteria Criteria, string Place)
{
    /// <summary>The refusal when not exactly one meets the criteria.</summary>
    public WriteOutcome? Refusal(ResourceMatches matches)
    {
        if (matches is { IsUnsure: false, Rows: [_] }) return null;
        var (code, met) = matches.Rows.Count > 1 ? ("multiple-matches", "more than one does") : ("not-found", "none does");
        var text = $"A reference is to the {Criteria.Type} that meets criteria, and {met}.";
        return new WriteOutcome(412, null, false, new FhirIssue(code, text) { Expression = Place });
    }
}
