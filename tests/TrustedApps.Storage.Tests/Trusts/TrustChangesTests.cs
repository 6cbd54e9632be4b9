using TrustedApps.Certificates;
using TrustedApps.Keys;
using TrustedApps.Storage.Trusts;

namespace TrustedApps.Storage.Tests.Trusts;

/// <summary>Changes of a trust without a database.</summary>
public class TrustChangesTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(56);
    private static readonly LegacyAccess _access = new(TestKeys.Blog.PublicKey, Trusted.Everything, _now.AddDays(30));

    public static TheoryData<bool> Kinds { get; } = [true, false];

    [Theory, MemberData(nameof(Kinds))]
    public void An_edit_changes_name_and_conditions_alone(bool isVersion4)
    {
        TrustedApplication trust = TrustChanges.Suspend(New(isVersion4));
        var narrow = new TrustConditions { Addresses = ["10.0.0.0/8"], Urls = ["/rest"] };

        TrustedApplication edited = TrustChanges.Edit(trust, new TrustEdit("New name", narrow, isVersion4 ? _access : null), _now);

        Assert.Equal(("New name", true), (edited.Name, edited.IsSuspended));
        Assert.Same(narrow, isVersion4 ? edited.Conditions : edited.Legacy!.Conditions);
        Assert.Same(trust.Record, edited.Record);
        Assert.Equal(TestKeys.Blog.PublicKey, edited.Legacy?.PublicKey);
    }

    [Fact]
    public void An_end_date_in_the_past_is_refused_unless_it_is_on_record_already()
    {
        TrustedApplication trust = Trusted.In("wiki");
        TrustedApplication edited = TrustChanges.Edit(trust, new TrustEdit("Wiki", Trusted.Everything, _access), _now);
        string message = Refused(AdministrationProblem.Invalid, "is over already", () => TrustChanges.Edit(trust, new TrustEdit("Wiki", Trusted.Everything, _access), _access.Until.AddSeconds(1)));
        Assert.Contains("2026-01-31", message, StringComparison.Ordinal);
        Assert.Equal("Later", TrustChanges.Edit(edited, new TrustEdit("Later", Trusted.Everything, _access), _access.Until.AddDays(9)).Name);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_suspension_changes_nothing_else(bool isVersion4)
    {
        TrustedApplication trust = New(isVersion4);

        TrustedApplication suspended = TrustChanges.Suspend(trust);
        TrustedApplication resumed = TrustChanges.Resume(suspended);

        Assert.Equal((false, true, false), (trust.IsSuspended, suspended.IsSuspended, resumed.IsSuspended));
        foreach (TrustedApplication changed in (TrustedApplication[])[suspended, resumed])
        {
            Assert.Equal((trust.Id, trust.Name), (changed.Id, changed.Name));
            Assert.Same(trust.Conditions, changed.Conditions);
            Assert.Same(trust.Record, changed.Record);
            Assert.Equal(trust.Legacy?.PublicKey, changed.Legacy?.PublicKey);
            Assert.Equal(trust.Legacy?.Until, changed.Legacy?.Until);
        }
    }

    [Fact]
    public void A_change_of_the_record_that_changes_nothing_gives_the_same_trust()
    {
        TrustedApplication trust = New(isVersion4: true);
        Assert.Same(trust, TrustChanges.ChangeRecord(trust, record => record));
    }

    [Fact]
    public void A_confirmation_is_mere_when_only_its_time_changes()
    {
        TrustedApplication trust = New(isVersion4: true);
        TrustedApplication confirmed = TrustChanges.ChangeRecord(trust, record => record.Offer(record.Certificate, _now.AddDays(1)).Record);

        Assert.True(TrustChanges.IsMereConfirmation(trust, confirmed));
        Assert.False(TrustChanges.IsMereConfirmation(trust, TrustChanges.Suspend(trust)));
        Assert.False(TrustChanges.IsMereConfirmation(trust, TrustChanges.Edit(trust, new TrustEdit("Other", trust.Conditions), _now)));
        Assert.False(TrustChanges.IsMereConfirmation(trust, WithPending(out _)));
        TrustedApplication held = WithPending(out CertificateRecord record);
        TrustedApplication counted = TrustChanges.ChangeRecord(held, known => known.Offer(record.Certificate, _now.AddHours(1), isCounted: true).Record);
        Assert.True(TrustChanges.IsMereConfirmation(held, counted)); // an hourly check
        TrustedApplication old = New(isVersion4: false);
        Assert.False(TrustChanges.IsMereConfirmation(old, old));
    }

    [Fact]
    public void A_change_that_is_not_possible_names_the_reason()
    {
        TrustedApplication trust = New(isVersion4: true);
        TrustedApplication old = New(isVersion4: false);

        Refused(AdministrationProblem.Invalid, "A name must be", () => TrustChanges.Edit(trust, new TrustEdit("two\nlines", Trusted.Everything), _now));
        Refused(AdministrationProblem.Invalid, "its conditions are those of the trust", () => TrustChanges.Edit(old, new TrustEdit("Old", Trusted.Everything, _access), _now));
        Refused(AdministrationProblem.Invalid, "'wiki' speaks older versions only", () => TrustChanges.ChangeRecord(old, record => record));
        Refused(AdministrationProblem.NotFound, "lists a key with the thumbprint 'none'", () => TrustChanges.ChangeRecord(trust, record => TrustChanges.RemoveKey(record, "none")));
        string message = Refused(AdministrationProblem.Invalid, "legacy key is one of its version 4 keys", () => TrustChanges.Edit(trust, new TrustEdit("Wiki", Trusted.Everything, new LegacyAccess(trust.Record!.SigningKeys[0], Trusted.Everything, _now)), _now));
        Assert.DoesNotContain("Parameter", message, StringComparison.Ordinal);
    }

    private static TrustedApplication New(bool isVersion4) => isVersion4 ? Trusted.In("wiki", "Wiki", legacy: _access) : Trusted.InLegacy("wiki", "Wiki");

    private static TrustedApplication WithPending(out CertificateRecord record)
    {
        ApplicationKeys keys = Trusted.KeysOf("wiki").WithNext(_now);
        record = CertificateRecord.Establish(keys.ToCertificate(), BaseUrl.Parse("https://app.example"), _now);
        record = record.Offer(Trusted.LaterCertificateOf(keys), _now).Record;
        return new TrustedApplication(record, Trusted.Everything) { Name = "Wiki" };
    }

    private static string Refused(AdministrationProblem problem, string message, Action change)
    {
        AdministrationException refused = Assert.Throws<AdministrationException>(change);
        Assert.Equal(problem, refused.Problem);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        return refused.Message;
    }
}
