using System.Globalization;
using CloudPacs.Dicom;
using CloudPacs.Domain.Studies;
using CloudPacs.Store;
using CloudPacs.Store.Studies;
using Xunit;

namespace CloudPacs.Domain.Tests;

/// <summary>What is known better of a study than its images say.</summary>
public class StudyCorrectionTests
{
    private static readonly Guid Jane = Guid.Parse("00000000-0000-0000-0000-0000000000a1");

    private static readonly DataSet Images = new DataSet()
        .Set(Tags.PatientName, "DOE^JANE").Set(Tags.PatientId, "P1").Set(Tags.IssuerOfPatientId, "MERCY").Set(Tags.PatientBirthDate, "19800302")
        .Set(Tags.AccessionNumber, "A1");

    private readonly KnownOfStudy _agreeing = new()
    {
        PatientId = Jane,
        Patient = Stored(new DataSet().Set(Tags.PatientName, "Doé^Jane^^Dr").Set(Tags.PatientId, "P1").Set(Tags.IssuerOfPatientId, "MERCY")),
        Identifiers = [new(new Identifier("P1", "MERCY"), IsPrimary: true, IsPrior: false)],
        Since = DateTimeOffset.Parse("2026-11-30T09:35:00+05:30", CultureInfo.InvariantCulture),
    };

    private static readonly DataSet JaneNow =
        new DataSet().Set(Tags.PatientName, "ROE^JANE").Set(Tags.PatientId, "P2").Set(Tags.PatientBirthDate, "19800203").Set(Tags.PatientSex, "F");

    private KnownOfStudy Merged => _agreeing with
    {
        Patient = Stored(JaneNow),
        Identifiers = [new(new Identifier("P2"), IsPrimary: true, IsPrior: false), new(new Identifier("P1", "MERCY"), IsPrimary: false, IsPrior: true)],
    };

    [Fact]
    public void Images_of_whom_nothing_else_is_known_stay_as_they_are()
    {
        Assert.Null(Of(null));
        Assert.Null(Of(new KnownOfStudy()));
        Assert.Null(Of(_agreeing));
        Assert.Null(Of(_agreeing with { AccessionNumbers = [new("A1", "RIS"), new("A1", "RIS")] }));
        // Another id that the patient has too is none that was given up.
        Assert.Null(Of(_agreeing with
        {
            Identifiers = [new(new Identifier("X9", "STATE"), IsPrimary: true, IsPrior: false), new(new Identifier("P1", "MERCY"), IsPrimary: false, IsPrior: false)],
        }));
    }

    [Fact]
    public void An_id_that_a_merge_gave_up_becomes_that_of_the_survivor_with_name_and_birth_date()
    {
        var changes = Of(Merged)!.For(Images)!;

        Assert.Equal(("P2", "ROE^JANE", "19800203"), (changes.Values.GetString(Tags.PatientId), changes.Values.GetString(Tags.PatientName), changes.Values.GetString(Tags.PatientBirthDate)));
        Assert.False(changes.Values.Contains(Tags.AccessionNumber) || changes.Values.Contains(Tags.PatientSex)); // they do not say the sex
        // The old issuer did not give the new id.
        Assert.True(changes.LeavesOut(Tags.IssuerOfPatientId));
        var item = Assert.Single(changes.Items.GetItems(Tags.OriginalAttributesSequence));
        var before = Assert.Single(item.GetItems(Tags.ModifiedAttributesSequence));
        Assert.Equal(
            [(Tags.PatientName, "DOE^JANE"), (Tags.PatientId, "P1"), (Tags.IssuerOfPatientId, "MERCY"), (Tags.PatientBirthDate, "19800302")],
            before.Select(static element => (element.Tag, element.Values[0])));
        Assert.Equal(("COERCE", "20261130040500+0000"), (item.GetString(Tags.ReasonForTheAttributeModification), item.GetString(Tags.AttributeModificationDateTime)));
    }

    [Fact]
    public void The_number_of_the_order_takes_the_place_of_another_one()
    {
        var linked = _agreeing with { AccessionNumbers = [new("A2", "RIS")] };

        var changes = Of(linked)!.For(Images)!;

        Assert.Equal("A2", changes.Values.GetString(Tags.AccessionNumber));
        Assert.Equal("RIS", changes.Values.GetItems(Tags.IssuerOfAccessionNumberSequence)[0].GetString(Tags.LocalNamespaceEntityId));
        Assert.Equal(2, changes.Values.Count);
        // Of several orders the images may name any; which of them they should name nobody knows.
        Assert.Null(Of(linked with { AccessionNumbers = [new("A2"), new("A3")] }));
    }

    [Fact]
    public void A_name_follows_the_patient_only_where_a_link_or_a_merge_says_that_it_is_the_same_person()
    {
        var renamed = _agreeing with { Patient = Stored(new DataSet().Set(Tags.PatientName, "ROE^JANE").Set(Tags.PatientId, "P1")) };

        Assert.Null(Of(renamed));
        Assert.Equal("ROE^JANE", Of(renamed with { AccessionNumbers = [new("A1")] })!.For(Images)!.Values.GetString(Tags.PatientName));
    }

    [Fact]
    public void Where_images_differ_each_is_looked_at()
    {
        var mixed = Merged with { Flags = [StudyFlags.SeveralIds] };
        var late = Images.Copy().Set(Tags.PatientId, "P2").Set(Tags.PatientName, "ROE^JANE").Set(Tags.PatientBirthDate, "19800203");
        late.Remove(Tags.IssuerOfPatientId);

        var correction = StudyCorrection.Of(new StoredStudy(Guid.Empty, "1.2", Stored(late), []) { Known = mixed }, Series)!;

        Assert.Null(correction.For(late));
        Assert.NotNull(correction.For(Images));
    }

    [Fact]
    public void The_version_tells_each_state_of_what_is_known()
    {
        string VersionOf(KnownOfStudy known) => Of(known)!.Version;

        Assert.Equal(VersionOf(Merged), VersionOf(Merged));
        Assert.NotEqual(VersionOf(Merged), VersionOf(Merged with { AccessionNumbers = [new("A2")] }));
        Assert.NotEqual(VersionOf(Merged), VersionOf(Merged with { Patient = Stored(JaneNow.Copy().Set(Tags.PatientName, "POE^JANE")) }));
    }

    [Fact]
    public void A_series_that_a_person_moved_is_of_the_study_where_it_is_now()
    {
        var moved = Series with { SentStudyUid = "1.2.OLD" };
        var header = Images.Copy().Set(Tags.StudyInstanceUid, "1.2.9").Set(Tags.SeriesInstanceUid, "1.2.3");

        var changes = StudyCorrection.Of(Study(new KnownOfStudy()), moved)!.For(header)!;

        Assert.Equal([(Tags.StudyInstanceUid, "1.2")], changes.Values.Select(static element => (element.Tag, element.Values[0])));
        Assert.Null(StudyCorrection.Of(Study(new KnownOfStudy()), Series));
    }

    private static readonly StoredSeries Series = new(Guid.Empty, "1.2.3", "CT", 1, 1, StoredAttributes.None);

    private static StudyCorrection? Of(KnownOfStudy? known) => StudyCorrection.Of(Study(known), Series);

    private static StoredStudy Study(KnownOfStudy? known) => new(Guid.Empty, "1.2", Stored(Images), []) { Known = known };

    private static StoredAttributes Stored(DataSet dataSet) => Attributes.Renew(StoredAttributes.None, dataSet.Copy())!;
}
