using System.Collections.Frozen;
using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Dicom.Matching;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Store;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Commands;

/// <summary>
/// Reads an entry that a worklist server of files keeps (DCMTK's wlmscpfs, Orthanc): a DICOM file (PS3.10) with the attributes of a
/// worklist answer (PS3.4 table K.6-1). Zero length is no news: such files hold it for whatever was not known.
/// </summary>
internal sealed class WorklistFileReader
{
    private const string Actor = "worklist import";
    private const string Unreadable = "Its text is not written in the character set that the file names.";

    /// <summary>What says how the file is written, or is read beside the attributes.</summary>
    private static readonly FrozenSet<Tag> Apart = new[]
    {
        Tags.SpecificCharacterSet, Tags.TimezoneOffsetFromUtc, Tags.SopClassUid, Tags.SopInstanceUid, Tags.OtherPatientIdsSequence,
        Tags.ScheduledProcedureStepSequence, Tags.ScheduledProcedureStepStatus,
    }.ToFrozenSet();

    private readonly TimeZoneInfo _zone;
    private readonly List<AttributeFault> _faults = [];
    private readonly SortedSet<string> _leftOut = new(StringComparer.Ordinal);

    private WorklistFileReader(TimeZoneInfo zone) => _zone = zone;

    /// <summary>
    /// A file is of one step of an order, which may have others; it makes the order, whatever changes of a sender do; and it is a copy of
    /// what was known of the patient when it was written, so that what is known now counts.
    /// </summary>
    public static DomainPolicy Rules(DomainPolicy policy) =>
        policy with { ClosesUnlistedSteps = false, ChangesMakeOrders = true, KeepsKnownPatients = true };

    /// <param name="bytes">The file, in any transfer syntax and character set that the DICOM library reads.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="zone">Zone of the site, in which its times are meant when it has no offset.</param>
    public static WorklistFile Read(ReadOnlyMemory<byte> bytes, WorklistFileOwner owner, TimeZoneInfo zone)
    {
        var reader = new WorklistFileReader(zone);
        var file = Part10.Read(bytes);
        if (file.Error is { } error) reader._faults.Add(new AttributeFault(null, $"It cannot be read as a DICOM file: {error}"));
        var request = file.Error is null ? reader.RequestOf(file.DataSet, owner) : null;
        return new WorklistFile(reader._faults.Count == 0 ? request : null, reader._faults, [.. reader._leftOut]);
    }

    private CommandRequest RequestOf(DataSet entry, WorklistFileOwner owner)
    {
        if (SpecificCharacterSet.Parse(entry.GetStrings(Tags.SpecificCharacterSet)).UnknownTerm is not null)
            Refuse(Tags.SpecificCharacterSet, "There is no such character set.");
        var (patient, visit, procedure) = (new DataSet(), new DataSet(), new DataSet());
        foreach (var element in Clean(entry))
        {
            if (WorklistAttributes.Patient.Include(element.Tag)) patient.Add(element);
            else if (WorklistAttributes.Visit.Include(element.Tag)) visit.Add(element);
            else if (WorklistAttributes.Procedure.Include(element.Tag)) procedure.Add(element);
            else LeaveOut(element.Tag);
        }

        var items = entry.GetItems(Tags.ScheduledProcedureStepSequence);
        if (items.Count == 0) Refuse(Tags.ScheduledProcedureStepSequence, "It is missing or empty: there is no step to be done.");
        var offset = OffsetOf(entry);
        var steps = items.Select(item => StepOf(item, offset)).ToList();
        return new CommandRequest
        {
            Actor = Actor,
            Sender = owner.Sender,
            DefaultAuthority = owner.Authority,
            AccessionAuthority = owner.AccessionAuthority,
            Facility = owner.Facility,
            Patient = new PatientDetails
            {
                Primary = NumberOf(entry, Tags.PatientId, Tags.IssuerOfPatientId),
                Others = [.. entry.GetItems(Tags.OtherPatientIdsSequence)
                    .Select(item => NumberOf(item, Tags.PatientId, Tags.IssuerOfPatientId)).OfType<Identifier>()],
                Visit = NumberOf(entry, Tags.AdmissionId, Tags.IssuerOfAdmissionIdSequence),
                Attributes = patient,
                VisitAttributes = visit,
            },
            Orders = [OrderOf(entry, new ProcedureDetails { Attributes = procedure, Steps = steps }), .. Begun(entry, items)],
        };
    }

    /// <summary>
    /// A change that makes the order when it is not known, so that a second import brings nothing back that was done or cancelled
    /// meanwhile.
    /// </summary>
    private static OrderCommand OrderOf(DataSet entry, ProcedureDetails procedure) => Named(entry, OrderRequest.Change, [], procedure);

    /// <summary>Steps that are under way already.</summary>
    private IEnumerable<OrderCommand> Begun(DataSet entry, IReadOnlyList<DataSet> items)
    {
        List<string> begun = [];
        foreach (var item in items)
        {
            var state = item.GetString(Tags.ScheduledProcedureStepStatus);
            if (state is "COMPLETED" or "DISCONTINUED" or "CANCELED" or "CANCELLED")
                Refuse(Tags.ScheduledProcedureStepStatus, $"The step is {state}: nothing is left to be done.");
            else if (state == "STARTED" && item.GetString(Tags.ScheduledProcedureStepId) is { } id) begun.Add(id);
            else if (state is not (null or "SCHEDULED")) LeaveOut(Tags.ScheduledProcedureStepStatus);
        }

        return begun.Count == 0 ? [] : [Named(entry, OrderRequest.ReportInProgress, begun, null)];
    }

    private static OrderCommand Named(
        DataSet entry, OrderRequest request, IReadOnlyList<string> steps, ProcedureDetails? procedure) =>
        new()
        {
            Request = request,
            PlacerNumber = NumberOf(entry, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence),
            FillerNumber = NumberOf(entry, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence),
            AccessionNumber = NumberOf(entry, Tags.AccessionNumber, Tags.IssuerOfAccessionNumberSequence),
            RequestedProcedureId = TextOf(entry, Tags.RequestedProcedureId),
            StudyInstanceUid = TextOf(entry, Tags.StudyInstanceUid),
            StepIds = steps,
            IsFromFiller = true,
            Procedure = procedure,
        };

    private StepDetails StepOf(DataSet item, TimeSpan? offset)
    {
        var attributes = new DataSet();
        foreach (var element in Clean(item))
        {
            if (WorklistAttributes.Step.Include(element.Tag)) attributes.Add(element);
            else LeaveOut(element.Tag);
        }

        var start = StartOf(item);
        var instant = start is { } local && offset is { } known ? InstantOf(local, known) : null;
        return new StepDetails
        {
            StepId = TextOf(item, Tags.ScheduledProcedureStepId),
            Start = instant is { } at ? SiteTime.LocalOf(_zone, at) : start,
            StartInstant = instant,
            Attributes = attributes,
        };
    }

    private DateTimeOffset? InstantOf(DateTime local, TimeSpan offset)
    {
        var ticks = local.Ticks - offset.Ticks;
        if (ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks) return new DateTimeOffset(local, offset);
        Refuse(Tags.ScheduledProcedureStepStartDate, "With its offset it leaves the calendar.");
        return null;
    }

    private DateTime? StartOf(DataSet item)
    {
        if (TextOf(item, Tags.ScheduledProcedureStepStartDate) is not { } dayText) return null;
        if (!TemporalKey.TryDate(dayText, out var day))
        {
            Refuse(Tags.ScheduledProcedureStepStartDate, "It is no date.");
            return null;
        }

        var time = TimeSpan.Zero;
        if (TextOf(item, Tags.ScheduledProcedureStepStartTime) is { } timeText && !TemporalKey.TryTime(timeText, out time))
            Refuse(Tags.ScheduledProcedureStepStartTime, "It is no time.");
        return day.ToDateTime(TimeOnly.MinValue) + TimeSpan.FromSeconds(Math.Floor(time.TotalSeconds));
    }

    /// <summary>(0008,0201), in which all times of the file are meant; null when it has none.</summary>
    private TimeSpan? OffsetOf(DataSet entry)
    {
        if (TextOf(entry, Tags.TimezoneOffsetFromUtc) is not { } text) return null;
        if (text is [('+' or '-') and var sign, ..]
            && TimeSpan.TryParseExact(text[1..], "hhmm", CultureInfo.InvariantCulture, out var offset)
            && offset <= TimeSpan.FromHours(14)) return sign == '-' ? -offset : offset;
        Refuse(Tags.TimezoneOffsetFromUtc, "It is no offset such as +0530.");
        return null;
    }

    /// <summary>The elements that say something and that commands have no value of their own for, with the representation of the
    /// dictionary.</summary>
    private IEnumerable<DataElement> Clean(DataSet level)
    {
        foreach (var element in level)
        {
            if (element.IsEmpty || element.Tag.Element == 0 || Apart.Contains(element.Tag)) continue;
            if (!DicomDictionary.TryGet(element.Tag, out var known)) LeaveOut(element.Tag);
            else if (IsUnreadable(element)) Refuse(element.Tag, Unreadable);
            else if (AttributeChecks.IsValue(element.Tag)) continue;
            else if (element.VR == VR.SQ && known.VR == VR.SQ)
                yield return DataElement.CreateSequence(element.Tag, [.. element.Items.Select(Whole)]);
            else if (element.VR != known.VR && VrRules.For(element.VR).IsString && VrRules.For(known.VR).IsString)
                yield return DataElement.Create(element.Tag, known.VR, element.Values);
            else yield return element;
        }
    }

    /// <summary>Of an item nothing goes elsewhere: only what nobody knows is left out.</summary>
    private DataSet Whole(DataSet item)
    {
        var whole = new DataSet();
        foreach (var element in item)
        {
            if (element.Tag.Element == 0) continue;
            if (!DicomDictionary.TryGet(element.Tag, out _)) LeaveOut(element.Tag);
            else if (IsUnreadable(element)) Refuse(element.Tag, Unreadable);
            else whole.Add(element.VR == VR.SQ ? DataElement.CreateSequence(element.Tag, [.. element.Items.Select(Whole)]) : element);
        }

        return whole;
    }

    private static bool IsUnreadable(DataElement element) =>
        VrRules.For(element.VR).IsString && element.Values.Any(static value => value.Contains('\uFFFD', StringComparison.Ordinal));

    /// <summary>A number with its authority: a text (0010,0021), or an item of the macro of PS3.3 10.14.</summary>
    private static Identifier? NumberOf(DataSet level, Tag number, Tag authority)
    {
        if (TextOf(level, number) is not { } value) return null;
        var id = new Identifier(value, DicomDictionary.VrOf(authority) == VR.SQ ? null : TextOf(level, authority));
        return level.GetItems(authority) is not [var issuer, ..] ? id : id with
        {
            Namespace = TextOf(issuer, Tags.LocalNamespaceEntityId),
            UniversalId = TextOf(issuer, Tags.UniversalEntityId),
            UniversalIdType = TextOf(issuer, Tags.UniversalEntityIdType),
        };
    }

    /// <summary>As it is compared; null when there is nothing.</summary>
    private static string? TextOf(DataSet level, Tag tag) =>
        level.GetString(tag) is { } text && IdCharacters.Normalize(text) is { Length: > 0 } value ? value : null;

    private void Refuse(Tag tag, string text) => _faults.Add(new AttributeFault(AttributeFault.NameOf(tag), text));

    private void LeaveOut(Tag tag) => _leftOut.Add(AttributeFault.NameOf(tag));
}
