using CloudPacs.Domain.Patients;
using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Domain.Orders;

/// <summary>The keys of an order group with their authorities (mapping reference a.8, last paragraph).</summary>
internal sealed record OrderKeys(
    Identifier? Placer, Identifier? Filler, Identifier? Accession, string? RequestedProcedureId, string? StudyInstanceUid, string? StepId)
{
    public bool IsEmpty => Placer is null && Filler is null && Accession is null && StudyInstanceUid is null;

    public static OrderKeys Of(MappedGroup group, SenderPolicy policy, MessageFacts facts, Guid space)
    {
        var authority = policy.DefaultAuthority ?? facts.SendingFacility;
        return new OrderKeys(
            Scoped(group.PlacerNumber, authority),
            Scoped(group.FillerNumber, authority),
            AccessionOf(group, policy, facts, space),
            Short(group.RequestedProcedureId, policy, space),
            group.StudyInstanceUid,
            Short(group.StepId, policy, space));
    }

    public static string? AccessionAuthority(SenderPolicy policy, MessageFacts facts) => policy.AccessionAuthority ?? facts.SendingFacility;

    private static Identifier? AccessionOf(MappedGroup group, SenderPolicy policy, MessageFacts facts, Guid space)
    {
        if (Scoped(group.AccessionNumber, AccessionAuthority(policy, facts)) is not { } number) return null;
        return number with { Value = Short($"{Authorities.Name(number)}|{number.Value}", number.Value, policy, space) };
    }

    private static Identifier? Scoped(MappedIdentifier? number, string? authority) =>
        number is { } known ? Authorities.Scoped(known, authority) : null;

    private static string? Short(string? id, SenderPolicy policy, Guid space) => id is null ? null : Short(id, id, policy, space);

    // The same long id always gives the same surrogate, so later messages find the order without a list of aliases.
    private static string Short(string name, string id, SenderPolicy policy, Guid space) =>
        id.Length > GeneratedNumber.MaxLength && policy.LongId == "surrogate" ? GeneratedNumber.Surrogate(space, name) : id;
}
