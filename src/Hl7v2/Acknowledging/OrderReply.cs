namespace CloudPacs.Hl7v2;

/// <summary>
/// Builds order replies: ORR^O02 to ORM^O01, ORG^O20 to OMG^O19, ORI^O24 to OMI^O23, ORL^O22 to OML^O21 (HL7 v2.5.1 4.4).
/// </summary>
/// <remarks>Segments: MSH MSA [ERR] [PID] { ORC OBR [ZDS | IPC] }.</remarks>
public static class OrderReply
{
    private const int AccessionNumber = 18, RequestedProcedureId = 19, ScheduledProcedureStepId = 20;

    /// <summary>True when the message type has an order reply.</summary>
    public static bool IsFor(Message request) => TypeOf(request.MessageType) is not null;

    /// <param name="request">The order message.</param>
    /// <param name="groups">Its order groups.</param>
    /// <param name="items">One for each group that the reply names: key is the number of the group.</param>
    /// <param name="code">MSA-1.</param>
    /// <param name="problems">Written as ERR.</param>
    /// <param name="options">Control id and time.</param>
    /// <exception cref="ArgumentException">The request is no order message.</exception>
    public static byte[] Build(Message request, OrderGroups groups, IReadOnlyDictionary<int, OrderReplyItem> items, AcknowledgmentCode code,
        IReadOnlyList<Problem> problems, AcknowledgmentOptions options)
    {
        if (TypeOf(request.MessageType) is not var (type, trigger))
            throw new ArgumentException("The message type has no order reply.", nameof(request));
        var structure = Hl7Version.Parse(request.Version) >= Hl7Version.V231 ? $"{type}_{trigger}" : "";
        var writer = Acknowledgment.Begin(request, code, problems, options, type, trigger, structure);
        if (request.Find(SegmentId.Pid, 1) is { Exists: true } pid) writer.Add(pid);
        for (var i = 0; i < groups.Count; i++)
        {
            if (!items.TryGetValue(i, out var item)) continue;
            AddOrder(writer, groups[i], item);
            if (groups[i].Obr.Exists) AddDetail(writer, groups[i], item, hasIpc: type == "ORI");
        }

        return writer.ToArray();
    }

    private static (string Type, string Trigger)? TypeOf(string requestType) => requestType switch
    {
        "ORM" => ("ORR", "O02"),
        "OMG" => ("ORG", "O20"),
        "OMI" => ("ORI", "O24"),
        "OML" => ("ORL", "O22"),
        _ => null,
    };

    private static void AddOrder(MessageWriter writer, in OrderGroup group, OrderReplyItem item)
    {
        var orc = writer.Add("ORC");
        writer.Set(orc, 1, item.OrderControl);
        var (sent, obr) = (group.Orc, group.Obr);
        writer.Copy(orc, 2, sent.Field(2).Length > 0 ? sent.Field(2) : obr.Field(2));
        writer.Copy(orc, 3, sent.Field(3).Length > 0 ? sent.Field(3) : obr.Field(3));
        if (sent.Field(4).Length > 0) writer.Copy(orc, 4, sent.Field(4));
        SetNumbers(writer, orc, item);
        if (item.OrderStatus is not null) writer.Set(orc, 5, item.OrderStatus);
    }

    private static void AddDetail(MessageWriter writer, in OrderGroup group, OrderReplyItem item, bool hasIpc)
    {
        var obr = writer.Add(group.Obr);
        SetNumbers(writer, obr, item);
        SetIfGiven(writer, obr, AccessionNumber, item.AccessionNumber);
        SetIfGiven(writer, obr, RequestedProcedureId, item.RequestedProcedureId);
        if (item.ScheduledProcedureStepIds.Count > 0) writer.Set(obr, ScheduledProcedureStepId, item.ScheduledProcedureStepIds[0]);
        if (hasIpc) AddSteps(writer, group, item);
        else AddStudy(writer, group, item);
    }

    private static void AddStudy(MessageWriter writer, in OrderGroup group, OrderReplyItem item)
    {
        if (item.StudyInstanceUid is null)
        {
            if (group.StudyZds is { Exists: true } sent) writer.Add(sent);
            return;
        }

        var zds = writer.Add("ZDS");
        writer.Set(zds, 1, item.StudyInstanceUid, component: 1);
        writer.Set(zds, 1, item.ApplicationId, component: 2);
        writer.Set(zds, 1, "Application", component: 3);
        writer.Set(zds, 1, "DICOM", component: 4);
    }

    private static void AddSteps(MessageWriter writer, in OrderGroup group, OrderReplyItem item)
    {
        var sent = group.Ipc;
        var count = Math.Max(sent.Count, Math.Max(item.ScheduledProcedureStepIds.Count, item.StudyInstanceUid is null ? 0 : 1));
        for (var i = 0; i < count; i++)
        {
            var ipc = sent[i] is { Exists: true } segment ? writer.Add(segment) : writer.Add("IPC");
            SetIfGiven(writer, ipc, 1, item.AccessionNumber, component: 1);
            SetIfGiven(writer, ipc, 2, item.RequestedProcedureId, component: 1);
            SetIfGiven(writer, ipc, 3, item.StudyInstanceUid, component: 1);
            if (i < item.ScheduledProcedureStepIds.Count) writer.Set(ipc, 4, item.ScheduledProcedureStepIds[i], component: 1);
            if (i >= sent.Count) SetIfGiven(writer, ipc, 5, item.Modality, component: 1);
        }
    }

    private static void SetNumbers(MessageWriter writer, int segment, OrderReplyItem item)
    {
        SetIfGiven(writer, segment, 2, item.PlacerOrderNumber, component: 1);
        SetIfGiven(writer, segment, 3, item.FillerOrderNumber, component: 1);
    }

    private static void SetIfGiven(MessageWriter writer, int segment, int field, string? text, int component = 0)
    {
        if (text is not null) writer.Set(segment, field, text, component: component);
    }
}
