using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// What a pick takes of several segments or repetitions: one by its number, the last, all, or those that a condition holds for.
/// </summary>
internal sealed class Picker(Pick? pick, bool wantsList, Func<EvalContext, bool>? condition)
{
    /// <summary>Whether it gives a list; else what it takes first counts.</summary>
    public bool GivesList { get; } = pick is AllPick || (wantsList && pick is null or FilterPick);

    /// <summary>Its condition never holds.</summary>
    public bool TakesNothing { get; init; }

    /// <summary>Moves what it takes to the front of the items, and tells how many these are.</summary>
    /// <param name="isFirstOnly">Stops at the first item that a condition holds for.</param>
    public int Take(EvalContext context, Span<MapValue> items, bool isFirstOnly)
    {
        switch (pick)
        {
            case FilterPick: return Filter(context, items, isFirstOnly);
            case IndexPick index when index.Index <= items.Length:
                items[0] = items[index.Index - 1];
                return 1;
            case LastPick when items.Length > 0:
                items[0] = items[^1];
                return 1;
            case IndexPick or LastPick: return 0;
            default: return GivesList ? items.Length : Math.Min(items.Length, 1);
        }
    }

    /// <summary>The one repetition that it takes; an absent one when there is none.</summary>
    public Element Repetition(EvalContext context, in Element field)
    {
        if (field.Length == 0) return default;
        var count = Math.Min(field.RepetitionCount, PathCompiler.MaxItems);
        return pick switch
        {
            FilterPick => FirstThat(context, field, count),
            IndexPick index => index.Index <= count ? field.Repetition(index.Index) : default,
            LastPick => field.Repetition(count),
            _ => field.Repetition(1),
        };
    }

    private Element FirstThat(EvalContext context, in Element field, int count)
    {
        var outer = context.Subject;
        Element found = default;
        for (var i = 1; i <= count; i++)
        {
            var repetition = field.Repetition(i);
            context.Subject = MapValue.Node(repetition);
            if (!condition!(context)) continue;
            found = repetition;
            break;
        }

        context.Subject = outer;
        return found;
    }

    private int Filter(EvalContext context, Span<MapValue> items, bool isFirstOnly)
    {
        var outer = context.Subject;
        var taken = 0;
        foreach (ref readonly var item in items)
        {
            context.Subject = item;
            if (!condition!(context)) continue;
            items[taken++] = item;
            if (isFirstOnly) break;
        }

        context.Subject = outer;
        return taken;
    }
}
