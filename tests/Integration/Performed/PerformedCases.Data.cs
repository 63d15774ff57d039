namespace CloudPacs.Integration.Tests.Performed;

/// <content>The cases: table F.7.2-1 of PS3.4 attribute by attribute, then the states of F.7.2.1 and F.7.2.2.</content>
public sealed partial record PerformedCase
{
    private const ushort Success = 0x0000, InvalidValue = 0x0106, Warned = 0x0107, Failed = 0x0110, Duplicate = 0x0111, Unknown = 0x0112, Missing = 0x0120, NoValue = 0x0121;
    private const string Closed = "Performed Procedure Step Object may no longer be updated";
    private const string NoSuch = "No performed procedure step has this UID";
    private const string Other = "Another performed procedure step has this UID";
    private const string NotAtFirst = "PerformedProcedureStepStatus must be IN PROGRESS at first";

    /// <summary>Type in N-CREATE (SCU), whether N-SET may say it, whether it must have a value when the state is final.</summary>
    private static readonly (string Keyword, int Type, bool IsSettable, bool IsFinal)[] Table =
    [
        (">StudyInstanceUID", 1, false, false), (">ReferencedStudySequence", 2, false, false), (">AccessionNumber", 2, false, false),
        (">RequestedProcedureID", 2, false, false), (">RequestedProcedureDescription", 2, false, false), (">ScheduledProcedureStepID", 2, false, false),
        (">ScheduledProcedureStepDescription", 2, false, false), (">ScheduledProtocolCodeSequence", 2, false, false),
        ("ScheduledStepAttributesSequence", 1, false, false), ("PatientName", 2, false, false), ("PatientID", 2, false, false),
        ("PatientBirthDate", 2, false, false), ("PatientSex", 2, false, false), ("ReferencedPatientSequence", 2, false, false),
        ("PerformedProcedureStepID", 1, false, false), ("PerformedStationAETitle", 1, false, false), ("PerformedStationName", 2, false, false),
        ("PerformedLocation", 2, false, false), ("PerformedProcedureStepStartDate", 1, false, false), ("PerformedProcedureStepStartTime", 1, false, false),
        ("PerformedProcedureStepStatus", 1, true, false), ("PerformedProcedureStepDescription", 2, true, false),
        ("PerformedProcedureTypeDescription", 2, true, false), ("ProcedureCodeSequence", 2, true, false), ("PerformedProcedureStepEndDate", 2, true, true),
        ("PerformedProcedureStepEndTime", 2, true, true), ("CommentsOnThePerformedProcedureStep", 3, true, false), ("Modality", 1, false, false),
        ("StudyID", 2, false, false), ("PerformedProtocolCodeSequence", 2, true, false), ("PerformedSeriesSequence", 2, true, true),
    ];

    /// <summary>Attributes of the item of Performed Series Sequence, with their type when the state is final.</summary>
    private static readonly (string Keyword, int Type)[] OfSeries =
    [
        ("PerformingPhysicianName", 2), ("OperatorsName", 2), ("ProtocolName", 1), ("SeriesInstanceUID", 1), ("SeriesDescription", 2),
        ("RetrieveAETitle", 2), ("ReferencedImageSequence", 2), ("ReferencedNonImageCompositeSOPInstanceSequence", 2),
    ];

    private static readonly PerformedExchange Created = new("create", Success, 201);
    private static readonly PerformedExchange Completed = new("complete", Success, 200);
    private static readonly PerformedExchange Discontinued = new("discontinue", Success, 200);

    public static IReadOnlyList<PerformedCase> All { get; } = [.. OfAttributes(), .. OfEnds(), .. OfStates()];

    private static IEnumerable<PerformedCase> OfAttributes()
    {
        foreach (var (path, type, isSettable, _) in Table)
        {
            var keyword = path.TrimStart('>');
            var place = path[..^keyword.Length];
            foreach (var isStrict in (bool[])[false, true])
            {
                var isMissed = type == 1 || (type == 2 && isStrict);
                if (isMissed) yield return Refused(isStrict, new($"create {place}-{keyword}", Missing, 400, $"{keyword} is missing", keyword));
                else yield return new([new($"create {place}-{keyword}", Success, 201)], "IN PROGRESS", "STARTED", isStrict);
                if (type == 1) yield return Refused(isStrict, new($"create {place}{keyword}=", NoValue, 400, $"{keyword} has no value", keyword));
                else yield return new([new($"create {place}{keyword}=", Success, 201)], "IN PROGRESS", "STARTED", isStrict);
                if (place.Length > 0) continue;
                yield return new(
                    isSettable
                        ? [Created, new($"change {keyword}=", Success, 200)]
                        : [Created, new($"change {keyword}=", Warned, 200, $"{keyword} may not be changed and was left out", keyword)],
                    "IN PROGRESS", "STARTED", isStrict);
            }
        }
    }

    private static IEnumerable<PerformedCase> OfEnds()
    {
        foreach (var verb in (string[])["complete", "discontinue"])
        {
            var state = verb == "complete" ? "COMPLETED" : "DISCONTINUED";
            foreach (var (keyword, _, _, isFinal) in Table.Where(static row => row.IsFinal))
            {
                yield return new([Created, new($"{verb} -{keyword}", Success, 200)], state, state, IsStrict: false);
                yield return new([Created, new($"{verb} -{keyword}", NoValue, 400, $"{keyword} has no value", keyword)], "IN PROGRESS", "STARTED", IsStrict: true);
            }

            foreach (var (keyword, type) in OfSeries)
            {
                yield return new([Created, new($"{verb} +-{keyword}", Success, 200)], state, state, IsStrict: false);
                yield return new([Created, new($"{verb} +-{keyword}", Missing, 400, $"{keyword} is missing", keyword)], "IN PROGRESS", "STARTED", IsStrict: true);
                if (type == 1) yield return new([Created, new($"{verb} +{keyword}=", NoValue, 400, $"{keyword} has no value", keyword)], "IN PROGRESS", "STARTED", IsStrict: true);
            }
        }
    }

    private static IEnumerable<PerformedCase> OfStates() =>
    [
        Lenient("IN PROGRESS", "STARTED", Created),
        Lenient("COMPLETED", "COMPLETED", Created, Completed),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, Discontinued),
        Strict("COMPLETED", "COMPLETED", Created, Completed),
        Strict("DISCONTINUED", "DISCONTINUED", Created, Discontinued),

        // Repetitions of what was answered, and of what was perhaps not
        Lenient("IN PROGRESS", "STARTED", Created, Created),
        Strict("IN PROGRESS", "STARTED", Created, Created),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, Completed),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, Discontinued, Discontinued),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, Created),
        Lenient("IN PROGRESS", "STARTED", Created, new("change CommentsOnThePerformedProcedureStep=A", Success, 200), new("change CommentsOnThePerformedProcedureStep=A", Success, 200)),
        Lenient("IN PROGRESS", "STARTED", Created, new("create PatientName=OTHER^ONE", Duplicate, 409, Other)),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, new("create StudyID=7", Duplicate, 409, Other)),

        // What is not there
        Lenient("", "SCHEDULED", new PerformedExchange("change CommentsOnThePerformedProcedureStep=A", Unknown, 404, NoSuch)),
        Lenient("", "SCHEDULED", new PerformedExchange("complete", Unknown, 404, NoSuch)),
        Lenient("", "SCHEDULED", new PerformedExchange("discontinue", Unknown, 404, NoSuch)),
        Strict("", "SCHEDULED", new PerformedExchange("complete", Unknown, 404, NoSuch)),
        Lenient("IN PROGRESS", "STARTED", new("complete", Unknown, 404, NoSuch), Created),

        // Final states
        Lenient("COMPLETED", "COMPLETED", Created, Completed, new("change CommentsOnThePerformedProcedureStep=late", Failed, 409, Closed)),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, new("discontinue", Failed, 409, Closed)),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, new("complete PerformedProcedureStepEndTime=101500", Failed, 409, Closed)),
        Lenient("COMPLETED", "COMPLETED", Created, Completed, new("change PerformedProcedureStepStatus=IN PROGRESS", Failed, 409, Closed)),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, Discontinued, new("complete", Failed, 409, Closed)),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, Discontinued, new("change CommentsOnThePerformedProcedureStep=late", Failed, 409, Closed)),
        Strict("COMPLETED", "COMPLETED", Created, Completed, new("change PatientName=LATE", Failed, 409, Closed)),

        // Status
        Lenient("COMPLETED", "COMPLETED", new PerformedExchange("create PerformedProcedureStepStatus=COMPLETED", Success, 201)),
        Lenient("DISCONTINUED", "DISCONTINUED", new PerformedExchange("create PerformedProcedureStepStatus=DISCONTINUED", Success, 201)),
        Strict("", "SCHEDULED", new PerformedExchange("create PerformedProcedureStepStatus=COMPLETED", InvalidValue, 400, NotAtFirst, "PerformedProcedureStepStatus")),
        Strict("", "SCHEDULED", new PerformedExchange("create PerformedProcedureStepStatus=DISCONTINUED", InvalidValue, 400, NotAtFirst, "PerformedProcedureStepStatus")),
        Lenient("", "SCHEDULED", Bad("create", "PerformedProcedureStepStatus", "BEGUN")),
        Lenient("IN PROGRESS", "STARTED", Created, Bad("change", "PerformedProcedureStepStatus", "DONE")),
        Lenient("IN PROGRESS", "STARTED", Created, new("change PerformedProcedureStepStatus=IN PROGRESS", Success, 200)),

        // Values
        Lenient("", "SCHEDULED", Bad("create", "PerformedProcedureStepStartDate", "2026-12-01")),
        Lenient("", "SCHEDULED", Bad("create", "PerformedProcedureStepStartTime", "25")),
        Lenient("IN PROGRESS", "STARTED", Created, Bad("complete", "PerformedProcedureStepEndDate", "TODAY")),
        Lenient("IN PROGRESS", "STARTED", Created, Bad("complete", "PerformedProcedureStepEndTime", "noon")),

        // Another class or instance than asked for
        Lenient("", "SCHEDULED", Differs("create", "SOPClassUID", "1.2.840.10008.3.1.2.3.4")),
        Lenient("", "SCHEDULED", Differs("create", "SOPInstanceUID", "1.2.3.4")),
        Lenient("IN PROGRESS", "STARTED", Created, Differs("complete", "SOPClassUID", "1.2.840.10008.3.1.1.1")),

        // Reasons
        Lenient("DISCONTINUED", "SCHEDULED", Created, new("discontinue reason=110514", Success, 200)),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, new("discontinue reason=110501", Success, 200)),
        Lenient("DISCONTINUED", "DISCONTINUED", Created, new("discontinue reason=999999", Success, 200)),

        // Whose step it is
        Lenient("IN PROGRESS", "SCHEDULED", new PerformedExchange("create PatientID=SOMEBODY-ELSE", Success, 201)),
        Lenient("IN PROGRESS", "SCHEDULED", new PerformedExchange("create >ScheduledProcedureStepID=NOT-THERE", Success, 201)),
        Lenient("IN PROGRESS", "SCHEDULED", new PerformedExchange("create >ScheduledProcedureStepID=;>AccessionNumber=;>StudyInstanceUID=1.2.3.99.1", Success, 201)),
        Lenient("COMPLETED", "SCHEDULED", new("create >ScheduledProcedureStepID=;>AccessionNumber=;>StudyInstanceUID=1.2.3.99.2", Success, 201), Completed),
    ];

    private static PerformedCase Lenient(string state, string step, params PerformedExchange[] exchanges) => new(exchanges, state, step, IsStrict: false);

    private static PerformedCase Strict(string state, string step, params PerformedExchange[] exchanges) => new(exchanges, state, step, IsStrict: true);

    private static PerformedCase Refused(bool isStrict, PerformedExchange exchange) => new([exchange], "", "SCHEDULED", isStrict);

    private static PerformedExchange Bad(string verb, string keyword, string value) =>
        new($"{verb} {keyword}={value}", InvalidValue, 400, $"{keyword} has a value that is not allowed", keyword);

    private static PerformedExchange Differs(string verb, string keyword, string value) =>
        new($"{verb} {keyword}={value}", InvalidValue, 400, $"{keyword} is another than that of the request", keyword);
}
