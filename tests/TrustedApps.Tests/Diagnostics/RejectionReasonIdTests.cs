using System.Reflection;
using TrustedApps.Diagnostics;

namespace TrustedApps.Tests.Diagnostics;

/// <summary>Ids are public: dashboards and programs compare them. One that is here never changes and never goes.</summary>
public class RejectionReasonIdTests
{
    private static readonly string[] _frozen =
    [
        "address.forwarded-not-allowed",
        "address.forwarded-unreadable",
        "address.not-allowed",
        "application.suspended",
        "application.unknown",
        "assertion.claims-malformed",
        "assertion.expired",
        "assertion.key-unreadable",
        "assertion.magic-wrong",
        "assertion.malformed",
        "assertion.too-early",
        "assertion.unreadable",
        "binding.content-type",
        "binding.header",
        "binding.header-required",
        "binding.method",
        "binding.url",
        "concealed",
        "conditions.delegation",
        "conditions.method",
        "conditions.scope",
        "conditions.self",
        "conditions.url",
        "conditions.user",
        "content.broken",
        "content.digest",
        "content.not-bound",
        "content.too-large",
        "content.too-late",
        "content.trust-changed",
        "content.trust-removed",
        "content.trusts-unavailable",
        "content.unbound-not-allowed",
        "event.rejected",
        "grant.cache-full",
        "grant.dropped",
        "grant.expired",
        "grant.id-taken",
        "grant.key-unknown",
        "grant.malformed",
        "grant.needed",
        "grant.other-base",
        "grant.other-provider",
        "grant.own-key-unavailable",
        "grant.rejected-before",
        "grant.signature",
        "grant.too-early",
        "grant.too-many-failures",
        "grant.unreadable",
        "headers.application-id-missing",
        "headers.duplicate",
        "headers.magic-missing",
        "headers.mixed-dialects",
        "headers.other-version",
        "headers.provider-id-missing",
        "headers.secret-key-missing",
        "headers.too-long",
        "replay.cache-full",
        "replay.cache-starting",
        "replay.cache-unavailable",
        "replay.repeated",
        "request.override-header",
        "request.target-form",
        "request.tunnel-or-upgrade",
        "signature.missing",
        "signature.wrong",
        "trusts.pending",
        "trusts.unavailable",
        "unspecified",
        "url.not-a-path",
        "url.other-base",
        "url.other-origin",
        "url.other-scheme",
        "url.too-long",
        "user.disabled",
        "user.may-not-log-in",
        "user.unavailable",
        "user.unknown",
        "version.not-accepted",
        "version.not-registered",
        "version.unsafe-over-http",
    ];

    [Fact]
    public void Each_reason_has_the_id_that_it_always_had() => Assert.Equal(_frozen, Ids().Order(StringComparer.Ordinal));

    [Fact]
    public void No_two_reasons_have_one_id() => Assert.Equal(Ids().Length, Ids().Distinct(StringComparer.Ordinal).Count());

    [Fact]
    public void An_id_is_lower_case_words_with_dots_and_hyphens() => Assert.All(Ids(), id => Assert.Matches("^[a-z]+([-.][a-z0-9]+)*$", id));

    [Fact]
    public void A_rejection_shows_its_id()
    {
        Assert.Equal("grant.signature", new Rejection(RejectionReason.GrantSignatureWrong, "wiki").ReasonId);
        Assert.Equal("unspecified", default(Rejection).ReasonId);
    }

    private static string[] Ids() =>
    [
        .. typeof(RejectionReason).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.FieldType == typeof(RejectionReason))
            .Select(field => ((RejectionReason)field.GetValue(null)!).Id),
    ];
}
