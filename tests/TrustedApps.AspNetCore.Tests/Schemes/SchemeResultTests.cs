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
        AuthenticateResult result = SchemeResult.Refuse(RefusalCodes.UserUnknown, answersChallenge);

        Assert.Equal((false, false), (result.Succeeded, result.None));
        RefusedException refused = Assert.IsType<RefusedException>(result.Failure);
        Assert.Equal(("USER_UNKNOWN", answersChallenge, "The request was refused: USER_UNKNOWN."), (refused.Code, refused.AnswersChallenge, refused.Message));
        Assert.Same(result, SchemeResult.Refuse(RefusalCodes.UserUnknown, answersChallenge));
        Assert.NotSame(result, SchemeResult.Refuse(RefusalCodes.UserUnknown, !answersChallenge));
    }
}
