using CloudPacs.Dicom;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Performed;
using CloudPacs.Domain.Studies;
using CloudPacs.Store.Performed;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>Instances come in, and find the order that they were made for, or wait for it.</summary>
public class StudyTests
{
    private readonly Hospital _hospital = new();

    private string ScheduledUid => _hospital.Orders[0].Procedures[0].StudyInstanceUid;

    private StudyRow Study => Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());

    [Fact]
    public void The_scheduled_study_is_that_of_its_order()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));

        var (outcome, fate) = _hospital.Store(study: ScheduledUid);

        Assert.Empty(outcome.Problems);
        Assert.Equal(InstanceFate.Stored, fate);
        Assert.Equal(["study.stored", "study.linked"], outcome.Audit.Select(static act => act.Verb));
        AssertLinks((LinkRule.StudyInstanceUid, LinkState.Linked));
        Assert.Equal(_hospital.Orders[0].PatientId, Study.PatientId);
        Assert.Empty(Study.Flags);
    }

    [Theory]
    [InlineData("MERCY", LinkRule.AccessionAndIssuer)]
    [InlineData(null, LinkRule.Accession)]
    public void An_accession_number_finds_the_order(string? issuer, LinkRule rule)
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        _hospital.Store(header: Hospital.Accession("ACC1", issuer));

        AssertLinks((rule, LinkState.Linked));
        Assert.Equal(["uid-mismatch"], Study.Flags);
    }

    [Fact]
    public void Placer_number_and_scheduled_step_find_the_order()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P1"));
        var item = new DataSet().Set(Tags.PlacerOrderNumberImagingServiceRequest, "P1");

        _hospital.Store(header: new DataSet().SetSequence(Tags.RequestAttributesSequence, item));

        AssertLinks((LinkRule.OrderNumber, LinkState.Linked));
    }

    [Fact]
    public void A_performed_step_leads_to_the_order()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));
        var attributes = Hospital.Performed("IN PROGRESS").Set(Tags.PatientId, "MRN1");
        attributes.GetItems(Tags.ScheduledStepAttributesSequence)[0].Set(Tags.AccessionNumber, "ACC1");
        var report = new PerformedReport
        {
            SopInstanceUid = "7.7", Begins = true, State = PerformedState.InProgress, Hash = 1, Attributes = attributes,
        };
        new PerformedCommands(_hospital.Context, report).Apply(_hospital.Workspace);

        _hospital.Store(performed: "7.7");

        AssertLinks((LinkRule.PerformedStep, LinkState.Linked));
        Assert.Equal(Assert.Single(_hospital.Workspace.Rows.OfType<PerformedStepRow>()).Id, Study.PerformedStepId);
    }

    [Fact]
    public void Several_requests_of_one_examination_are_all_linked()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P1", "ACC1"));
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P2", "ACC2"));

        _hospital.Store(header: new DataSet().SetSequence(Tags.RequestAttributesSequence, Hospital.Accession("ACC1", "MERCY"), Hospital.Accession("ACC2", "MERCY")));

        AssertLinks((LinkRule.AccessionAndIssuer, LinkState.Linked), (LinkRule.AccessionAndIssuer, LinkState.Linked));
        Assert.Equal(2, Study.Links.Select(static link => link.OrderId).Distinct().Count());
    }

    [Fact]
    public void A_study_waits_for_its_order()
    {
        _hospital.Store(header: Hospital.Accession("ACC1", null));
        Assert.True(Study.IsWaiting);
        Assert.Null(Study.PatientId);

        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        AssertLinks((LinkRule.Accession, LinkState.Linked));
        Assert.Equal(_hospital.Orders[0].PatientId, Study.PatientId);
    }

    [Fact]
    public void Images_of_somebody_else_are_not_linked()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        _hospital.Store(patient: "MRN2", header: Hospital.Accession("ACC1", "MERCY"));

        AssertLinks((LinkRule.AccessionAndIssuer, LinkState.Conflict));
        Assert.Equal(["patient-mismatch"], Study.Flags);
        Assert.Null(Study.PatientId);
    }

    [Fact]
    public void Images_without_a_patient_id_are_only_suggested()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));

        _hospital.Store(patient: null, study: ScheduledUid);

        AssertLinks((LinkRule.StudyInstanceUid, LinkState.Suggested));
        Assert.Equal(["no-patient-id"], Study.Flags);
    }

    [Theory]
    [InlineData("LAB", 1)]
    [InlineData(null, 2)]
    public void One_accession_number_of_two_issuers_is_not_guessed(string? issuer, int candidates)
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, "P1", "ACC1"));
        var context = _hospital.Context with { AccessionAuthority = "LAB" };
        new OrderCommands(context, [Hospital.Patient()], [Hospital.Order(OrderRequest.Place, "P2", "ACC1")]).Apply(_hospital.Workspace);

        _hospital.Store(header: Hospital.Accession("ACC1", issuer));

        Assert.Equal(candidates, Study.Links.Count);
        Assert.Equal(candidates == 1 ? LinkState.Linked : LinkState.Suggested, Study.Links[0].LinkState);
    }

    [Fact]
    public void A_number_that_was_used_again_after_years_is_only_suggested()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place, accession: "ACC1"));

        _hospital.Store(header: Hospital.Accession("ACC1", "MERCY").Set(Tags.StudyDate, "20190101"));

        AssertLinks((LinkRule.AccessionAndIssuer, LinkState.Suggested));
    }

    [Fact]
    public void The_same_instance_again_changes_nothing()
    {
        _hospital.Store();
        var (outcome, fate) = _hospital.Store();

        Assert.Empty(outcome.Problems);
        Assert.Empty(outcome.Audit);
        Assert.Equal(InstanceFate.Known, fate);
        Assert.Equal(1, Assert.Single(Study.Series).Instances);
    }

    [Theory]
    [InlineData(1, 2, "1.1", "1.1.1", "STU-001")]
    [InlineData(2, 1, "1.1", "1.1.1", "STU-010")]
    [InlineData(1, 1, "1.2", "1.2.1", "STU-002")]
    public void Another_instance_under_the_same_name_is_kept_aside(byte header, byte pixels, string study, string series, string code)
    {
        _hospital.Store(header: new DataSet().Set(Tags.StudyDescription, "first"));

        var (outcome, fate) = _hospital.Store(
            study: study, series: series, header: new DataSet().Set(Tags.StudyDescription, header.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            digest: (byte)(header + (pixels * 16)), pixelDigest: pixels);

        Assert.Equal([code], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(InstanceFate.Aside, fate);
        Assert.Single(_hospital.Workspace.Rows.OfType<InstanceRow>());
    }

    [Fact]
    public void A_series_belongs_to_one_study()
    {
        _hospital.Store();

        var (outcome, fate) = _hospital.Store(study: "1.2", instance: "1.1.1.2");

        Assert.Equal(["STU-003"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(InstanceFate.Aside, fate);
        Assert.Single(_hospital.Workspace.Rows.OfType<StudyRow>());
    }

    [Fact]
    public void One_study_of_two_patients_shows_those_of_the_first()
    {
        _hospital.Store();

        var (outcome, fate) = _hospital.Store(patient: "MRN2", instance: "1.1.1.2");

        Assert.Equal(["STU-012"], outcome.Problems.Select(static problem => problem.Code));
        Assert.Equal(InstanceFate.Stored, fate);
        Assert.Equal(["patient-conflict"], Study.Flags);
        Assert.Equal(1, Assert.Single(Study.Series).Instances);
        Assert.Equal(
            [InstanceState.Shown, InstanceState.PatientConflict],
            _hospital.Workspace.Rows.OfType<InstanceRow>().OrderBy(static row => row.Id).Select(static row => row.InstanceState));
    }

    [Fact]
    public void A_merge_takes_the_studies_along_and_a_later_one_of_the_prior_id_is_the_survivors()
    {
        _hospital.Give(Hospital.Order(OrderRequest.Place));
        _hospital.Store(study: ScheduledUid);
        _hospital.Give(new MergePatients { Patient = Hospital.Patient("MRN9", prior: "MRN1") });
        var survivor = _hospital.Workspace.Survivor(_hospital.Orders[0].PatientId)!.Id;
        var moved = Study.PatientId;

        _hospital.Store(study: "1.9", series: "1.9.1", instance: "1.9.1.1");

        Assert.Equal(survivor, moved);
        Assert.All(_hospital.Workspace.Rows.OfType<StudyRow>(), study => Assert.Equal(survivor, study.PatientId));
    }

    [Fact]
    public void A_patient_who_is_registered_later_has_the_studies_that_show_the_id()
    {
        _hospital.Store();
        var before = Study.PatientId;

        _hospital.Give(new UpdatePatient { Patient = Hospital.Patient() });

        Assert.Null(before);
        Assert.NotNull(Study.PatientId);
    }

    private void AssertLinks(params (LinkRule, LinkState)[] expected) =>
        Assert.Equal(expected, Study.Links.Select(static link => (link.Rule, link.LinkState)));
}
