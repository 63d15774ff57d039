using System.Globalization;
using CloudPacs.EndToEnd.Tests.Peers;

namespace CloudPacs.EndToEnd.Tests.Crash;

/// <summary>
/// One patient's messages, made at random one after the other, and what the worklist must show after the last of them. Nearly every
/// message undoes or replaces what the one before has done, so any other order of applying them leaves another result.
/// </summary>
internal sealed class PatientCase(string id, Random random)
{
    private readonly Dictionary<string, string?> _starts = new(StringComparer.Ordinal);
    private readonly List<string> _controlIds = [];
    private int _changes;

    public string Id { get; } = id;

    /// <summary>In the order of sending.</summary>
    public IReadOnlyList<string> ControlIds => _controlIds;

    /// <summary>Placer numbers of all orders, cancelled ones too.</summary>
    public IEnumerable<string> Orders => _starts.Keys;

    /// <summary>What the worklist shows once all messages are applied.</summary>
    public IEnumerable<ListedOrder> Listed => from order in _starts where order.Value is not null select new ListedOrder(order.Key, Id, Name, order.Value);

    private string Name => string.Create(CultureInfo.InvariantCulture, $"CASE^N{_changes}");

    public SentMessage Next()
    {
        var text = _starts.Count == 0 ? New() : random.Next(10) switch
        {
            0 or 1 => New(),
            2 => Update(),
            _ => Change(),
        };
        var message = new SentMessage(text);
        _controlIds.Add(message.ControlId);
        return message;
    }

    private string New() => Order("NW", string.Create(CultureInfo.InvariantCulture, $"{Id}{(char)('A' + _starts.Count)}"));

    /// <summary>An open order is changed or cancelled, a cancelled one ordered again.</summary>
    private string Change()
    {
        var (placer, start) = _starts.ElementAt(random.Next(_starts.Count));
        return Order(start is null ? "NW" : random.Next(3) == 0 ? "CA" : "XO", placer);
    }

    /// <summary>A08 with another name.</summary>
    private string Update()
    {
        _changes++;
        return new OrderText("", Id, Name).Event("A08");
    }

    /// <summary>Every second order comes without accession number, Study Instance UID and step id: the engine makes them, once.</summary>
    private string Order(string control, string placer)
    {
        var start = new DateTime(2026, 12, 1).AddMinutes(_controlIds.Count + (10 * random.Next(3000))).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        _starts[placer] = control == "CA" ? null : start;
        var status = control == "CA" ? "CA" : "SC";
        if (placer[^1] % 2 == 0) return new OrderText(placer, Id, Name) { Control = control, Status = status, Start = start }.ToString().Replace($"|P{placer}^HIS|", $"|{placer}^HIS|", StringComparison.Ordinal);
        return BareOrder(control, status, placer, Id, Name, start);
    }

    /// <summary>An order with nothing but its placer number.</summary>
    public static string BareOrder(string control, string status, string placer, string patientId, string name, string start) => OrderText.Message(
        "ORM^O01", "2.3.1",
        $"PID|1||{patientId}^^^MERCY^MR||{name}||19800203|F\rPV1|1|O\rORC|{control}|{placer}^HIS|||{status}||^^^{start}^^R||20261124080000|||1005^IYER^SURESH^^^DR\r"
        + $"OBR|1|{placer}^HIS||CTCHEST^CT Chest^L||||||||||||||||||||CT|||^^^{start}^^R\r");
}

/// <summary>An entry of the worklist as sender and modality both know it.</summary>
internal sealed record ListedOrder(string Placer, string PatientId, string Name, string Start);
