using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Reports;
using CloudPacs.Store.Studies;

namespace CloudPacs.Store.Workspaces;

internal enum KeyKind
{
    PatientId,
    VisitNumber,
    Placer,
    Filler,
    Accession,
    StudyUid,
    Appointment,
    BookedOrder,
    Performed,
    PerformedOrder,
    Report,
    ReportParent,
    Study,
    StudyNumber,
    StudyPatient,
    StudyVisit,
    StudyOrder,
    Series,
    Instance,
    InstanceSeries,
    AwaitedRejection,
    Owner,
}

/// <summary>A value under which a workspace finds rows.</summary>
internal readonly record struct RowKey(KeyKind Kind, string Value)
{
    public static IEnumerable<RowKey> Of(Row row)
    {
        switch (row)
        {
            case PatientRow patient:
                foreach (var held in patient.Identifiers) yield return new(KeyKind.PatientId, held.Identifier.Value);
                break;
            case VisitRow visit:
                yield return new(KeyKind.VisitNumber, visit.Number.Value);
                yield return new(KeyKind.Owner, visit.PatientId.ToString());
                break;
            case OrderRow order:
                yield return new(KeyKind.Owner, order.PatientId.ToString());
                if (order.PlacerNumber is { } placer) yield return new(KeyKind.Placer, placer.Value);
                if (order.FillerNumber is { } filler) yield return new(KeyKind.Filler, filler.Value);
                foreach (var procedure in order.Procedures)
                {
                    yield return new(KeyKind.Accession, procedure.AccessionNumber.Value);
                    yield return new(KeyKind.StudyUid, procedure.StudyInstanceUid);
                }

                break;
            case PerformedStepRow performed:
                yield return new(KeyKind.Performed, performed.SopInstanceUid);
                foreach (var order in performed.OrderIds) yield return new(KeyKind.PerformedOrder, order.ToString());
                if (performed.PatientId is { } examined) yield return new(KeyKind.Owner, examined.ToString());
                foreach (var number in performed.WaitsFor) yield return new(KindOf(number.Kind), number.Value);
                break;
            case ReportRow report:
                yield return new(KeyKind.Report, report.Number.Value);
                if (report.ParentNumber is { } parent) yield return new(KeyKind.ReportParent, parent.Value);
                if (report.PatientId is { } reported) yield return new(KeyKind.Owner, reported.ToString());
                if (report.OrderId is not null) break;
                if (report.PlacerNumber is { } reportPlacer) yield return new(KeyKind.Placer, reportPlacer.Value);
                if (report.FillerNumber is { } reportFiller) yield return new(KeyKind.Filler, reportFiller.Value);
                if (report.AccessionNumber is { } reportAccession) yield return new(KeyKind.Accession, reportAccession.Value);
                if (report.StudyInstanceUid is { } reportStudy) yield return new(KeyKind.StudyUid, reportStudy);
                break;
            case StudyRow study:
                yield return new(KeyKind.Study, study.StudyInstanceUid);
                foreach (var number in study.Numbers) yield return new(KeyKind.StudyNumber, number);
                if (study.VisitNumber is { } visited) yield return new(KeyKind.StudyVisit, visited.Value);
                if (study.PatientId is { } imaged) yield return new(KeyKind.Owner, imaged.ToString());
                else if (study.ShownPatientId is { } shownId) yield return new(KeyKind.StudyPatient, shownId.Value);
                break;
            case StudyLinkRow link:
                yield return new(KeyKind.StudyOrder, link.OrderId.ToString());
                break;
            case SeriesRow series:
                yield return new(KeyKind.Series, series.SeriesInstanceUid);
                break;
            case InstanceRow instance:
                yield return new(KeyKind.Instance, instance.SopInstanceUid);
                yield return new(KeyKind.InstanceSeries, instance.SeriesId.ToString());
                break;
            case AwaitedRejection awaited:
                yield return new(KeyKind.AwaitedRejection, awaited.SopInstanceUid);
                break;
            case RememberedCancel cancel:
                if (cancel.PlacerNumber is { } cancelPlacer) yield return new(KeyKind.Placer, cancelPlacer.Value);
                if (cancel.FillerNumber is { } cancelFiller) yield return new(KeyKind.Filler, cancelFiller.Value);
                if (cancel.AccessionNumber is { } cancelAccession) yield return new(KeyKind.Accession, cancelAccession.Value);
                break;
            case AppointmentRow appointment:
                if (appointment.PlacerAppointmentId is { } first) yield return new(KeyKind.Appointment, first.Value);
                if (appointment.FillerAppointmentId is { } second) yield return new(KeyKind.Appointment, second.Value);
                if (appointment.OrderId is { } booked) yield return new(KeyKind.BookedOrder, booked.ToString());
                if (appointment.PlacerOrderNumber is { } bookedPlacer) yield return new(KeyKind.Placer, bookedPlacer.Value);
                if (appointment.FillerOrderNumber is { } bookedFiller) yield return new(KeyKind.Filler, bookedFiller.Value);
                if (appointment.AccessionNumber is { } bookedAccession) yield return new(KeyKind.Accession, bookedAccession.Value);
                break;
        }
    }

    /// <summary>The key under which an order with such a number is found too.</summary>
    public static KeyKind KindOf(AwaitedKind kind) => kind switch
    {
        AwaitedKind.Placer => KeyKind.Placer,
        AwaitedKind.Filler => KeyKind.Filler,
        AwaitedKind.Accession => KeyKind.Accession,
        _ => KeyKind.StudyUid,
    };
}
