using System.Runtime.CompilerServices;
using CloudPacs.Domain;
using CloudPacs.Mapping;

namespace CloudPacs.Translation;

/// <summary>The policy of a sender as the domain knows it; made once for each.</summary>
internal static class DomainPolicies
{
    private static readonly ConditionalWeakTable<SenderPolicy, DomainPolicy> Made = [];

    public static DomainPolicy Of(SenderPolicy policy) => Made.GetValue(policy, Make);

    private static DomainPolicy Make(SenderPolicy policy) => new()
    {
        MissingAccession = policy.MissingAccession switch
        {
            "reject" => AccessionSource.Refuse,
            "fromFiller" => AccessionSource.FillerNumber,
            "fromPlacer" => AccessionSource.PlacerNumber,
            _ => AccessionSource.Sequence,
        },
        AccessionFormat = FormatOf(policy.AccessionPattern),
        MissingUid = policy.MissingUid switch
        {
            "reject" => UidSource.Refuse,
            "random" => UidSource.Random,
            "root" => UidSource.Root,
            _ => UidSource.Derived,
        },
        UidRoot = policy.UidRoot,
        ReplacesLongIds = policy.LongId == "surrogate",
        DefaultModality = policy.DefaultModality,
        ChangesMakeOrders = policy.Upsert,
        ClosesUnlistedSteps = policy.FullSnapshot,
        AppliesOneByOne = policy.PerGroup,
        SharesStudyUids = policy.ShareUid,
        AllowsOrdersWithoutSteps = policy.AllowNoStep,
        ChecksAge = policy.StaleCheck,
        CancelsWait = policy.RememberedCancel,
        RefusesRetiredIds = policy.MergeRedirect == "reject",
        CanceledAdmission = policy.CanceledAdmission switch
        {
            "hold" => CanceledAdmission.Hold,
            "cancel" => CanceledAdmission.Cancel,
            _ => CanceledAdmission.Flag,
        },
        DischargeDeparts = policy.DischargeDeparts,
        BookingsMakeOrders = policy.SiuCreates,
        CanceledBookingsCancel = policy.SiuCancels,
    };

    private static AccessionFormat FormatOf(string text)
    {
        var pattern = AccessionPattern.TryParse(text, out var error);
        return (DateTime today, Func<string> nextNumber, out string? fault) =>
        {
            fault = error;
            return pattern?.Format(today, nextNumber());
        };
    }
}
