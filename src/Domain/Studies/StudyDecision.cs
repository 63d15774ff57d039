using CloudPacs.Store;
using CloudPacs.Store.Studies;

namespace CloudPacs.Domain.Studies;

/// <summary>What a person decides about a study. Each decision can be taken back.</summary>
public abstract class StudyDecision : Details
{
    public required string StudyInstanceUid { get; init; }

    /// <summary>Why, for the audit trail.</summary>
    public string? Reason { get; init; }
}

/// <summary>A decision about a study and a requested procedure, which is named by numbers of its order.</summary>
public abstract class OrderDecision : StudyDecision
{
    public Identifier? PlacerNumber { get; init; }

    public Identifier? FillerNumber { get; init; }

    public Identifier? AccessionNumber { get; init; }

    /// <summary>Tells procedures of one order apart.</summary>
    public string? RequestedProcedureId { get; init; }

    internal bool NamesOrder => (PlacerNumber ?? FillerNumber ?? AccessionNumber) is not null || RequestedProcedureId is not null;
}

/// <summary>The study was made for the order; without a number, for the only one that it may be of.</summary>
public sealed class AcceptOrder : OrderDecision;

/// <summary>The study was not made for the order; without a number, for the only one that it is, or may be, of.</summary>
public sealed class RejectOrder : OrderDecision;

/// <summary>The study was made for the order, and for none that it is linked with so far.</summary>
public sealed class RelinkStudy : OrderDecision;

/// <summary>Nothing of what a person has decided holds any more, of one order or of all: the rules find the orders anew.</summary>
public sealed class ReconsiderStudy : OrderDecision;

/// <summary>
/// The study was made without an order: one is placed for its patient. What is not said is what the images say; a number that neither says
/// is made by the policy.
/// </summary>
public sealed class OrderStudy : OrderDecision
{
    public string? Modality { get; init; }

    /// <summary>What was done, in words.</summary>
    public string? Description { get; init; }

    /// <summary>When it was begun, in local time of the site.</summary>
    public DateTime? Start { get; init; }
}

/// <summary>The study has no order here: nobody needs to look at it.</summary>
public sealed class IgnoreStudy : StudyDecision;

/// <summary>The images of a study that show another patient are of its patient all the same: they are shown.</summary>
public sealed class AcceptImages : StudyDecision;

/// <summary>Takes that back: they are not shown until somebody decides anew.</summary>
public sealed class HideImages : StudyDecision;

/// <summary>
/// A part of a study becomes a study of its own: some series or, when none is named, the images that show another patient.
/// </summary>
public sealed class SplitStudy : StudyDecision
{
    public IReadOnlyList<string> SeriesInstanceUids { get; init; } = [];
}

/// <summary>The study is a part of another one of the same patient: its series, also those that come later, go there.</summary>
public sealed class MergeStudies : StudyDecision
{
    /// <summary>Study Instance UID of the other one.</summary>
    public required string Into { get; init; }
}

/// <summary>Takes a merge back: the series that the study had are its own again.</summary>
public sealed class SeparateStudy : StudyDecision;

/// <summary>A decision about a study, one of its series, or one of its instances. It needs a reason.</summary>
public abstract class DeletionDecision : StudyDecision
{
    public string? SeriesInstanceUid { get; init; }

    public string? SopInstanceUid { get; init; }
}

/// <summary>Hides instances at every door; they can be restored until they are erased.</summary>
public sealed class DeleteInstances : DeletionDecision
{
    /// <summary>What it is for.</summary>
    public Rejection Rejection { get; init; }
}

/// <summary>Shows instances again that were deleted or rejected.</summary>
public sealed class RestoreInstances : DeletionDecision
{
    /// <summary>A second person, for what was rejected for patient safety or as of a wrong worklist entry.</summary>
    public string? ConfirmedBy { get; init; }
}

/// <summary>Nothing of the study may be deleted, by whomever: a legal hold, a commitment, teaching. It needs a reason.</summary>
public sealed class HoldStudy : StudyDecision;

/// <summary>Takes that back.</summary>
public sealed class EndHold : StudyDecision;
