namespace CloudPacs.Exchange.Outbound;

/// <summary>
/// What happens to a performed step, as deliveries call it, and the Event Type IDs of its notification (PS3.4 table F.9.2-1).
/// </summary>
internal static class PerformedEvents
{
    public const string Started = "started";
    public const string Changed = "changed";
    public const string Completed = "completed";
    public const string Discontinued = "discontinued";

    public static ushort TypeOf(string name) => name switch
    {
        Started => 1,
        Completed => 2,
        Discontinued => 3,
        _ => 4,
    };
}
