using System.Collections.Frozen;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>What a state of a step means elsewhere (mapping reference a.9, b.5, d).</summary>
/// <param name="IsListed">A worklist query that asks for no status returns it.</param>
/// <param name="TaskStatus">FHIR R4 Task.status.</param>
/// <param name="OrderStatus">FHIR R4 request-status that the state alone gives its order.</param>
/// <param name="AppointmentStatus">FHIR R4 Appointment.status, or null.</param>
/// <param name="OrderStatusCode">ORC-5 of messages that we send, or null.</param>
internal sealed record StepStateMeaning(bool IsListed, string TaskStatus, string OrderStatus, string? AppointmentStatus, string? OrderStatusCode);

/// <summary>The table <c>sps_state_to_task.csv</c>, read once.</summary>
internal static class StepStateTable
{
    private static readonly FrozenDictionary<StepState, StepStateMeaning> Meanings = Load();

    public static StepStateMeaning Of(StepState state) => Meanings[state];

    /// <summary>The name of a state in the tables and to people: SCHEDULED, on-hold …</summary>
    public static string Name(StepState state) => state switch
    {
        StepState.OnHold => "on-hold",
        StepState.Draft => "draft",
        StepState.Expired => "expired",
        _ => state.ToString().ToUpperInvariant(),
    };

    private static FrozenDictionary<StepState, StepStateMeaning> Load()
    {
        using var stream = typeof(StepStateTable).Assembly.GetManifestResourceStream("Orders/sps_state_to_task.csv")
            ?? throw new InvalidOperationException("The table sps_state_to_task.csv is not embedded.");
        using var reader = new StreamReader(stream);
        var byName = Enum.GetValues<StepState>().ToDictionary(Name, StringComparer.Ordinal);
        var meanings = new Dictionary<StepState, StepStateMeaning>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            // "completed when every step is closed" and the like: the rule for several steps is in OrderStatus, the word is the first one.
            var order = cells[3].Split(' ')[0];
            meanings.Add(byName[cells[0]], new StepStateMeaning(
                cells[1].StartsWith("yes", StringComparison.Ordinal), cells[2].Split(' ')[0], order, FirstWord(cells[4]), FirstWord(cells[5])));
        }

        return meanings.ToFrozenDictionary();
    }

    private static string? FirstWord(string cell) => cell.Length == 0 ? null : cell.Split(' ')[0];
}
