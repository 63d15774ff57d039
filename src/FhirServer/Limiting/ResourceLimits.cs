using System.Collections.Concurrent;
using CloudPacs.Fhir.Search;
using CloudPacs.FhirServer.Access;
using CloudPacs.FhirServer.Searching;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Search;

namespace CloudPacs.FhirServer.Limiting;

/// <summary>
/// What the scopes of a caller come to as conditions of searches: the compartment of its patient, and the query of the scope. They are
/// put into every search, and asked of every resource that is read or written.
/// </summary>
/// <param name="search">Reads queries, and tells whether a resource meets conditions; null where nothing is searched.</param>
/// <param name="rights">What the caller may.</param>
internal sealed class ResourceLimits(IFhirSearch? search, FhirRights rights)
{
    /// <summary>What is not about patients at all, and is needed to understand what is: who, where, with what.</summary>
    private static readonly HashSet<string> OfTheHouse = ["Practitioner", "PractitionerRole", "Organization", "Location", "Endpoint"];

    /// <summary>A list of persons is about each of them, and so nothing for who may see one of them.</summary>
    private static readonly HashSet<string> OfMany = ["Group", "AuditEvent"];

    /// <summary>Entries of a batch ask side by side.</summary>
    private readonly ConcurrentDictionary<(char Letter, string Type), IReadOnlyList<SearchCondition>?> _known = [];

    /// <param name="letter">One of <c>cruds</c>.</param>
    /// <param name="type">Type of resource.</param>
    /// <returns>What resources must be that the caller may do it with; nothing for all of them, null for none.</returns>
    public IReadOnlyList<SearchCondition>? Find(char letter, string type)
    {
        if (_known.TryGetValue((letter, type), out var known)) return known;
        var scopes = rights.ScopesOf(letter, type);
        return _known[(letter, type)] = scopes is null
            ? []
            : Any([.. scopes.Select(scope => Of(scope, letter, type)).OfType<List<SearchCondition>>()]);
    }

    /// <exception cref="ForbiddenException">The caller may not, with any of them.</exception>
    public IReadOnlyList<SearchCondition> Demand(char letter, string type) =>
        Find(letter, type) ?? throw new ForbiddenException(letter, type);

    /// <summary>Whether the caller may do it with this resource.</summary>
    public bool Admits(char letter, FhirResourceRow resource) => Find(letter, resource.Type) switch
    {
        null => false,
        [] => true,
        var conditions => !resource.Deleted && search!.Meets(resource, conditions),
    };

    /// <summary>What one scope asks for; null when nothing can be what it asks for.</summary>
    private List<SearchCondition>? Of(SmartScope scope, char letter, string type)
    {
        if (search is null) return null;
        var conditions = new List<SearchCondition>();
        var isSeen = letter is 'r' or 's';
        if (scope.Context == ScopeContext.Patient && !(isSeen && OfTheHouse.Contains(type)))
        {
            var parameters = ParametersOf(type, isSeen);
            // Another record that it is linked with is another patient.
            if (type == "Patient") conditions.AddRange(Read(type, [new GivenParameter("_id", rights.Patient!)]));
            else if (parameters.Count == 0) return null;
            else conditions.Add(new EitherCondition(
                [.. parameters.SelectMany(code => Read(type, [new GivenParameter(code, $"Patient/{rights.Patient}")]))]));
        }

        try
        {
            conditions.AddRange(Read(type, QueryText.Read(scope.Query)));
        }
        catch (SearchException)
        {
            // What cannot be understood grants nothing.
            return null;
        }

        return conditions.Count > 0 && conditions.TrueForAll(ConditionMatch.CanTell) ? conditions
            : conditions.Count == 0 ? []
            : null;
    }

    /// <summary>
    /// The parameters by which something belongs to a patient. What is written has to be about the patient: that it is by the patient is
    /// enough to see it, and no reason to write into the record of another one.
    /// </summary>
    private static IReadOnlyList<string> ParametersOf(string type, bool isSeen)
    {
        if (OfMany.Contains(type)) return [];
        var parameters = Compartments.ParametersOf("Patient", type);
        return isSeen ? parameters : [.. parameters.Where(static code => code is "subject" or "patient")];
    }

    private IReadOnlyList<SearchCondition> Read(string type, IEnumerable<GivenParameter> given) =>
        search!.Queries.Read(type, given, isStrict: true) is { Order: [], Inclusions: [] } query
            ? query.Conditions
            : throw new SearchException("value", type, "A scope says what resources are, not how they are listed.");

    /// <summary>What meets one of several lists of conditions; null for no list.</summary>
    private static List<SearchCondition>? Any(List<List<SearchCondition>> lists) => lists switch
    {
        [] => null,
        [var only] => only,
        _ when lists.Exists(static list => list.Count == 0) => [],
        _ => [new EitherCondition([.. lists.Select(All)])],
    };

    /// <summary>All of the conditions as one.</summary>
    private static SearchCondition All(List<SearchCondition> conditions) => conditions is [var only]
        ? only
        : new NotCondition(new EitherCondition([.. conditions.Select(static one => new NotCondition(one))]));
}
