using System.Globalization;
using CloudPacs.Store.Search;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>Statements that look for the resources that meet criteria. Whatever they ask for, their plans are made for it.</summary>
internal static class CriteriaStatements
{
    /// <summary>
    /// The longest time of one statement, in milliseconds: other changes wait for it. Whoever asks has looked for the matches before, in
    /// less time.
    /// </summary>
    private const int TimeLimit = 5000;

    public static void Load(RoundTrip trip, Workspace workspace, WorkspaceKeys keys)
    {
        var wanted = keys.Criteria.Where(workspace.BeginMatches).ToList();
        if (wanted.Count == 0) return;
        trip.Add(
            "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('statement_timeout', $1, true)", static _ => { },
            new NpgsqlParameter<string> { TypedValue = TimeLimit.ToString(CultureInfo.InvariantCulture) });
        foreach (var criteria in wanted)
        {
            var statement = new SearchStatement(criteria.Facility, isLookup: false);
            statement.Add("SELECT i.id FROM fhir_index i WHERE i.type = ").Value(criteria.Type);
            statement.All("i", criteria.Type, criteria.Conditions);
            statement.Add(" LIMIT ").Value(criteria.ReadLimit);
            trip.Add(statement.ToString(), reader => workspace.LoadMatch(criteria, reader.GetString(0)), [.. statement.Parameters]);
        }

        trip.Add("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)", static _ => { });
        trip.Add("SET LOCAL statement_timeout TO DEFAULT", null);
    }
}
