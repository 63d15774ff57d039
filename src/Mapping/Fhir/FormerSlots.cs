using System.Text;

namespace CloudPacs.Mapping.Fhir;

/// <summary>
/// Reads what former versions kept beside a resource, <c>identifier=placer,#rule:1,-;name=#1</c>: which item of a list came from which
/// rule, by position. It is turned into ids when the resource is written again.
/// </summary>
internal sealed class FormerSlots
{
    /// <summary>Rules whose items follow from rows now.</summary>
    private static readonly (string Slot, string Id)[] Moved = [("#fhir.patient.others:", "other-"), ("#fhir.patient.prior:", "prior-")];

    private readonly Dictionary<string, string[]> _lists = new(StringComparer.Ordinal);
    private readonly OwnedElements _owned;

    public FormerSlots(string text, OwnedElements owned)
    {
        _owned = owned;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) _lists[part[..equals]] = part[(equals + 1)..].Split(',');
        }
    }

    /// <summary>The id that the item at a place has now; null for one that no rule made.</summary>
    public string? IdOf(ReadOnlySpan<byte> list, int place)
    {
        var name = Encoding.UTF8.GetString(list);
        if (!_lists.TryGetValue(name, out var slots) || place >= slots.Length || slots[place] is not { Length: > 0 } slot || slot == "-")
            return null;
        foreach (var (former, id) in Moved)
        {
            if (slot.StartsWith(former, StringComparison.Ordinal)) return id + slot[former.Length..];
        }

        if (_owned.OwnsItem(name, slot)) return slot;
        if (slot[0] != '#') return ElementIds.Named(slot);
        var colon = slot.LastIndexOf(':');
        return colon < 0 ? ElementIds.Named(slot[1..]) : ElementIds.GroupOf(slot[1..colon]) + slot[(colon + 1)..];
    }
}
