using TrustedApps.Diagnostics;

namespace TrustedApps.Tests;

public class RefusalTests
{
    private readonly Rejection _unknownUser = new(RejectionReason.UserUnknown, "fr\ned", "wiki");

    [Fact]
    public void The_default_value_is_a_refusal_without_a_reason()
    {
        Assert.Equal(ErrorCode.Unknown, default(Rejection).Code);
        Assert.Equal("UNKNOWN", default(Rejection).ToString());
        Assert.Equal("No reason was recorded.", default(Rejection).Detail);
        Assert.Equal("UNKNOWN;\tRefused;\t[]", default(Rejection).ToError().ToHeaderValue());
    }

    [Fact]
    public void The_consumer_is_told_code_and_message() =>
        Assert.Equal("USER_UNKNOWN;\tUnknown user: {0};\t[\"fr\\u000aed\"]", _unknownUser.ToError().ToHeaderValue());

    [Fact]
    public void The_consumer_is_not_told_more_than_its_message_has_room_for()
    {
        Assert.Empty(new Rejection(RejectionReason.UserNotAllowed, "wiki", "fred").ToError().Parameters);
        Assert.Equal(["wiki"], new Rejection(RejectionReason.MagicWrong, "wiki", "secret").ToError().Parameters.ToArray());
        Assert.Equal(["", "", ""], new Rejection(RejectionReason.TooOld).ToError().Parameters.ToArray());
    }

    [Fact]
    public void The_administrator_is_told_what_to_do_in_one_line()
    {
        Assert.Equal("USER_UNKNOWN", _unknownUser.ToString());
        Assert.Equal(
            "'wiki' asks on behalf of 'fr?ed', whom this application does not know: create the user here, or let the IUserResolver find the user under this name.",
            _unknownUser.Detail);
        Assert.Contains(new string('a', 200) + "…", new Rejection(RejectionReason.ApplicationUnknown, new string('a', 5000)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_are_equal_when_reason_and_parameters_are()
    {
        Rejection same = new Rejection(RejectionReason.UserUnknown, "fr\ned", "wiki");
        Assert.True(_unknownUser == same && _unknownUser.Equals((object)same) && !(_unknownUser != same));
        Assert.Equal(_unknownUser.GetHashCode(), same.GetHashCode());
        Rejection[] others =
        [
            default, new(RejectionReason.UserMayNotLogIn, "fr\ned", "wiki"), new(RejectionReason.UserUnknown, "ann", "wiki"),
            new(RejectionReason.UserUnknown, "fr\ned", "blog"), new(RejectionReason.UserUnknown, "fr\ned", "wiki", "more"),
        ];
        Assert.All(others, other => Assert.True(_unknownUser != other && !_unknownUser.Equals((object)other)));
        Assert.False(_unknownUser.Equals((object)"USER_UNKNOWN"));
        Assert.True(default(Rejection) == new Rejection(RejectionReason.Unspecified));
    }
}
