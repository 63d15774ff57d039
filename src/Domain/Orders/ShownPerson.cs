using CloudPacs.Dicom;
using CloudPacs.Store.Orders;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Whether images show another person than the patient of their order, though the id agrees: they are linked all the same, as what the
/// order says counts, and a person has to look, as the id or the entry may have been the wrong one.
/// </summary>
internal static class ShownPerson
{
    private static readonly (Tag Attribute, string Flag, Func<string, bool> IsKnown)[] Compared =
    [
        (Tags.PatientBirthDate, StudyFlags.BirthDateMismatch, static date => date.Length == 8),
        (Tags.PatientSex, StudyFlags.SexMismatch, static sex => sex is "M" or "F"),
    ];

    /// <summary>Flags what contradicts the patient of one more order.</summary>
    /// <returns>Whether anything does.</returns>
    public static bool Compare(CommandRun run, StudyRow study, OrderRow order)
    {
        var contradicts = false;
        foreach (var (_, flag, _) in Compared.Where(one => Contradicts(run, study, order, one.Attribute, one.IsKnown)))
        {
            contradicts = true;
            study.Flags.Add(flag);
        }

        return contradicts;
    }

    /// <summary>The flags as the links by rules are now: what a person has linked is not questioned.</summary>
    public static void Settle(CommandRun run, StudyRow study)
    {
        List<OrderRow> orders =
        [
            .. study.Links.Where(static link => link is { LinkState: LinkState.Linked, Rule: not LinkRule.Person })
                .Select(link => run.Workspace.Order(link.OrderId)).OfType<OrderRow>()
        ];
        foreach (var (attribute, flag, isKnown) in Compared)
        {
            var holds = orders.Exists(order => Contradicts(run, study, order, attribute, isKnown));
            if (holds ? study.Flags.Add(flag) : study.Flags.Remove(flag)) study.Touch();
        }
    }

    /// <summary>A study that goes into another one takes its doubts along.</summary>
    public static void Move(StudyRow study, StudyRow into)
    {
        foreach (var (_, flag, _) in Compared)
            if (study.Flags.Remove(flag)) into.Flags.Add(flag);
    }

    public static bool IsDoubted(StudyRow study) => Compared.Any(one => study.Flags.Contains(one.Flag));

    private static bool Contradicts(CommandRun run, StudyRow study, OrderRow order, Tag attribute, Func<string, bool> isKnown) =>
        run.Workspace.Survivor(order.PatientId) is { } patient
        && Attributes.Read(study.Attributes).GetString(attribute) is { } shown && isKnown(shown)
        && Attributes.Read(patient.Attributes).GetString(attribute) is { } known && isKnown(known)
        && shown != known;
}
