using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Store;
using CloudPacs.Store.Orders;

namespace CloudPacs.Domain.Orders;

/// <summary>
/// Keys stand twice, in columns of the rows and in their attributes. The columns win: whoever changes a row calls this, so that the stored
/// attributes say the same.
/// </summary>
internal static class RowKeys
{
    /// <summary>Writes attributes with the keys of order and procedure; touches the row only when something changed.</summary>
    public static void Save(OrderRow order, ProcedureRow procedure, DataSet attributes)
    {
        attributes.Set(Tags.AccessionNumber, procedure.AccessionNumber.Value);
        Issuer(attributes, Tags.IssuerOfAccessionNumberSequence, procedure.AccessionNumber);
        attributes.Set(Tags.RequestedProcedureId, procedure.RequestedProcedureId);
        attributes.Set(Tags.StudyInstanceUid, procedure.StudyInstanceUid);
        Number(attributes, Tags.PlacerOrderNumberImagingServiceRequest, Tags.OrderPlacerIdentifierSequence, order.PlacerNumber);
        Number(attributes, Tags.FillerOrderNumberImagingServiceRequest, Tags.OrderFillerIdentifierSequence, order.FillerNumber);
        if (Attributes.Renew(procedure.Attributes, attributes) is not { } renewed) return;
        procedure.Attributes = renewed;
        procedure.Touch();
    }

    /// <summary>The same for all procedures of an order, after one of its numbers became known.</summary>
    public static void Save(OrderRow order)
    {
        foreach (var procedure in order.Procedures) Save(order, procedure, Attributes.Copy(procedure.Attributes));
    }

    public static void Save(StepRow step, DataSet attributes, TimeZoneInfo zone)
    {
        var start = SiteTime.LocalOf(zone, step.Start);
        attributes.Set(Tags.Modality, step.Modality);
        attributes.Set(Tags.ScheduledProcedureStepId, step.StepId);
        attributes.Set(Tags.ScheduledProcedureStepStartDate, start.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        attributes.Set(Tags.ScheduledProcedureStepStartTime, start.ToString("HHmmss", CultureInfo.InvariantCulture));
        attributes.Set(Tags.ScheduledStationAeTitle, [.. step.StationAeTitles]);
        attributes.Remove(Tags.ScheduledProcedureStepStatus); // only the row knows the state
        if (Attributes.Renew(step.Attributes, attributes) is not { } renewed) return;
        step.Attributes = renewed;
        step.Touch();
    }

    private static void Number(DataSet attributes, Tag number, Tag issuer, Identifier? value)
    {
        if (value is not { } known) return;
        attributes.Set(number, IdCharacters.Show(known.Value));
        Issuer(attributes, issuer, known);
    }

    private static void Issuer(DataSet attributes, Tag sequence, Identifier number)
    {
        if (number.HasAuthority) Authorities.Set(attributes, sequence, number);
    }
}
