using Microsoft.AspNetCore.Authentication;
using TrustedApps.AspNetCore.Schemes;

namespace TrustedApps.AspNetCore.Tests.Schemes;

public sealed class SchemeResultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refusal_says_its_code_and_who_answers(bool answersChallenge)
    {
        AuthenticateResult result = SchemeResult.Reject(RejectionCodes.UserUnknown, answersChallenge);

        Assert.Equal((false, false), (result.Succeeded, result.None));
        RejectedException refused = Assert.IsType<RejectedException>(result.Failure);
        Assert.Equal(("USER_UNKNOWN", answersChallenge, "The request was refused: USER_UNKNOWN."), (refused.Code, refused.AnswersChallenge, refused.Message));
        Assert.Same(result, SchemeResult.Reject(RejectionCodes.UserUnknown, answersChallenge));
        Assert.NotSame(result, SchemeResult.Reject(RejectionCodes.UserUnknown, !answersChallenge));
    }
}
