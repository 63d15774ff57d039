using System.Buffers.Text;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Workspaces;
using Npgsql;

namespace CloudPacs.Store.Saving;

/// <summary>What a commit of another node changed, so that this one reads those worklist entries again.</summary>
/// <param name="Node">The node that committed.</param>
/// <param name="Steps">Steps that changed, or whose procedure or order did.</param>
/// <param name="Patients">Patients that changed: all their entries show it.</param>
/// <param name="Visits">Visits that changed.</param>
public sealed record ChangeNotice(Guid Node, IReadOnlyList<Guid> Steps, IReadOnlyList<Guid> Patients, IReadOnlyList<Guid> Visits)
{
    internal const string Channel = "cloudpacs_changes";
    private const int IdsInPayload = 300; // 23 characters each; the limit of a payload is 8000 bytes

    /// <summary>Adds the notice of a workspace's changed rows; it leaves with the commit.</summary>
    internal static void Send(RoundTrip trip, Guid node, Workspace workspace)
    {
        var ids = new HashSet<string>();
        foreach (var row in workspace.Changed)
        {
            if (row is StepRow) ids.Add(Text('s', row.Id));
            else if (row is PatientRow) ids.Add(Text('p', row.Id));
            else if (row is VisitRow) ids.Add(Text('v', row.Id));
            else if (row is ProcedureRow procedure) ids.UnionWith(procedure.Steps.Select(static step => Text('s', step.Id)));
            else if (row is OrderRow order)
                ids.UnionWith(order.Procedures.SelectMany(static part => part.Steps).Select(static step => Text('s', step.Id)));
        }

        foreach (var part in ids.Chunk(IdsInPayload))
        {
            trip.Add(
                "SELECT pg_notify($1, $2)",
                static _ => { },
                new NpgsqlParameter<string> { TypedValue = Channel },
                new NpgsqlParameter<string> { TypedValue = Text('n', node) + string.Concat(part) });
        }
    }

    internal static ChangeNotice Parse(string payload)
    {
        var (steps, patients, visits) = (new List<Guid>(), new List<Guid>(), new List<Guid>());
        for (var i = 23; i + 23 <= payload.Length; i += 23)
        {
            (payload[i] switch { 's' => steps, 'p' => patients, _ => visits }).Add(Id(payload.AsSpan(i + 1, 22)));
        }

        return new ChangeNotice(Id(payload.AsSpan(1, 22)), steps, patients, visits);
    }

    private static string Text(char kind, Guid id) => kind + Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    private static Guid Id(ReadOnlySpan<char> text) => new(Base64Url.DecodeFromChars(text), bigEndian: true);
}
