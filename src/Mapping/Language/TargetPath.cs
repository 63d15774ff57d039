namespace CloudPacs.Mapping.Language;

internal enum TargetKind { Worklist, Fhir, Outgoing, Command }

internal enum TargetKey
{
    /// <summary>None: the single item, or the first.</summary>
    None,

    /// <summary><c>[]</c>: a new item at the end.</summary>
    New,

    /// <summary><c>[name]</c>: the item of that name, made when it is not there.</summary>
    Name,

    /// <summary><c>[2]</c>.</summary>
    Index,

    /// <summary><c>[$n]</c>: the item with the number of the loop.</summary>
    Loop,

    /// <summary>The item that the parent rule's <c>[]</c> made in this turn.</summary>
    Bound,
}

/// <summary>One step of a target: an attribute or element, and which item of it.</summary>
internal sealed record TargetStep(int Offset, string Name, TargetKey Key = TargetKey.None, string KeyName = "", int KeyNumber = 0);

/// <summary>Where a rule writes.</summary>
/// <param name="Root">Resource type, segment, or entity of a command field; empty for the worklist.</param>
internal sealed record TargetPath(TargetKind Kind, string Root, IReadOnlyList<TargetStep> Steps)
{
    /// <summary>The target without keys that stand for new items, for comparing rules.</summary>
    public string Text
    {
        get
        {
            var separator = Kind == TargetKind.Worklist ? "/" : ".";
            var steps = Steps.Select(step => step.Name + step.Key switch
            {
                TargetKey.Name => $"[{step.KeyName}]",
                TargetKey.Index => $"[{step.KeyNumber}]",
                TargetKey.New or TargetKey.Bound => "[]",
                TargetKey.Loop => "[$n]",
                _ => "",
            });
            var prefix = Kind switch { TargetKind.Worklist => "mwl.", TargetKind.Outgoing => $"out.{Root}-", _ => Root + "." };
            return prefix + string.Join(separator, steps);
        }
    }
}
