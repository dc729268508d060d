"""Small pieces of language that patterns refer to as `<name>`; they may refer to each other and use `[a|b]`.

They multiply: a frame of three parts with twenty wordings each has thousands. None of them says what is asked.
"""

from .wording import PARTS, patterns

PARTS |= {
    name: patterns(text)
    for name, text in {
        # people who asked, said or wrote something
        "who": """
[my|our|the] teacher ;; my [sister|brother|son|daughter|mother|father|mom|mum|dad|grandma|grandpa|aunt|uncle|cousin|wife|husband] ;;
my [little|older|younger|big] [sister|brother] ;; a [friend|colleague|classmate|neighbour|stranger|child] ;;
my [friend|boss|neighbour|neighbor|roommate|kid|girlfriend|boyfriend|nephew|niece|class|tutor] ;; somebody ;; someone ;;
[Tom|Anna|Ben|Maria|Sam|Julia|Omar|Nina] ;; the [man|woman|lady|boy|girl] [next door|on the bus|at work|at the shop] ;;
one of my [friends|students|pupils|children|colleagues] ;; an old [man|woman|friend] ;; everybody ;; people
""",
        # where words are met
        "where": """
in [a|my|this|an old|the] [book|letter|text|novel|magazine|lesson|textbook|story|song|poem|film|movie|crossword|recipe|game|dream] ;;
in [the|a] [newspaper|news|class|meeting|message|museum|email] ;; on [the radio|TV|television|the internet|a sign|a website|the bus|a poster|the train|a box] ;;
at [school|work|home|lunch|the shop|the dentist|church|university] ;; in [an article|an essay|English class|a conversation|a chat|an exam|a quiz] ;;
on my [homework|test|worksheet|word list|phone] ;; yesterday ;; today ;; this morning ;; last night ;; last week ;; just now ;;
the other day ;; earlier ;; somewhere ;; again ;; for the first time
""",
        "short": """
in [short|brief|one sentence|a few words|simple words|simple terms|plain English|everyday words|your own words|other words|one line|a nutshell] ;;
[briefly|simply|quickly|shortly|clearly] ;; [for|to] [a child|kids|a beginner|a five-year-old|children|dummies] ;;
as [simply|briefly|shortly|clearly] as [you can|possible] ;; like I am [five|six|ten] ;; as if I were [five|a child|new here] ;;
without [long words|difficult words|details|jargon] ;; in a way I understand ;; so that I [get|understand] it ;; in easy English
""",
        "tell": """
tell me ;; explain [to me|] ;; say ;; let me know ;; teach me ;; show me ;; remind me ;; tell us ;; clarify ;; help me [understand|see|remember]
""",
        "could": """
[can|could|would|will] you [|please |kindly |just |maybe |possibly |quickly |perhaps ] ;; [can|could] [u|ya] [|please |pls ] ;;
[are you able|would you be able|are you willing|would it be possible for you] to  ;; would you mind if I asked you to  ;;
[I want|I need|I'd like|I would like|I'd love|I ask] you to  ;; do you [think you could|mind to|know how to]  ;; please  ;;
be so kind [and|as to]  ;; [it would be|would be] [nice|great|good|lovely] if you could  ;; help me and
""",
        "know": """
do you know ;; do you happen to know ;; you know ;; can you tell me ;; could you tell me ;; any idea ;; any clue ;; have you any idea ;;
[can|could|would] [you|u] [please |kindly |]tell [me|us] ;; [I'd|I would] [like|love] to know ;; [I want|I need|I wish] to know ;; I'm [curious|wondering|not sure|unsure|trying to find out] ;;
I [wonder|wondered|was wondering|forgot|have forgotten|can't remember|don't know|don't remember|never knew|never learned|always forget] ;;
would you know ;; who can tell me ;; please say ;; please explain ;; we are not sure ;; I have no idea ;; I have to find out ;; I must know ;; nobody could tell me ;; tell me
""",
        # a question about something just mentioned
        "what_is_it": """
[What is|What's|Whats] [it|that|this]? ;; What [does|could|might|would] [it|that|this|the word|this word|that word] mean? ;; what's that ;; What might that be? ;; meaning? ;;
[|And |So ][what|what exactly|what actually|what on earth] is [it|that|this][|, please]? ;; <could> explain [it|that|this|the word|this word]? ;; Meaning please[.|?] ;;
<know> what [it|that|this|the word] [is|means]? ;; [Explain|Define|Describe|Clarify] [it|that|this|the word|it please|this for me][.|] ;; [Help|Help me]? ;;
I [don't|do not] [know|understand|get] [it|that|this|the word|what it means|what that is|what it is][.|, help.|. Help?] ;; <could> define [it|that|this]? ;; What is meant[| by it| by that]? ;; Any idea what [it|that] [is|means]? ;;
What should I [understand by that|imagine|picture]? ;; How would you [explain|define|describe] [it|that|this]? ;; Definition, please. ;; Can you help [|me][?|with it?|with that?] ;;
I need [a|the|its] [|short |simple |quick ][definition|explanation|meaning][.|] ;; <tell> what [it|that] [is|means]. ;; [Unclear|It is not clear|Not clear] to me[.|, what is it?] ;; and I nodded, but what is it? ;;
I [never|had never] [heard|saw|met|used] [it|that|the word] before[.|. What is it?] ;; What do [they|people|you] mean[| by that| by it|, exactly]? ;; please explain ;; I wasn't sure what [it|that] [is|was|means|meant][.|] ;; what is meant there
""",
        "n1": "1 ;; 2 ;; 3 ;; 4 ;; 5 ;; 7 ;; 9 ;; 12 ;; 20 ;; 31",
        "hm": """
hm ;; um ;; er ;; uh ;; well ;; so ;; ok ;; okay ;; right ;; now ;; look ;; listen ;; oh ;; ah ;; hey ;; hi ;; hello ;; yo ;; alright ;; anyway
""",
        "please": """
please ;; pls ;; plz ;; thanks ;; thank you ;; thx ;; ty ;; if you can ;; if you don't mind ;; if possible ;; if you know ;; would you ;; my friend ;;
Mixtab ;; dear Mixtab ;; buddy ;; kindly ;; thanks in advance ;; thank you very much ;; quickly please ;; I need it ;; it's urgent ;; for my homework ;; for school ;; for a quiz
""",
    }.items()
}

# Sentences before a question that say nothing about it.
SETTINGS = patterns(
    """
I'm [doing|working on|stuck on|late with] [my|some|the] [homework|crossword|project|essay|worksheet|quiz|puzzle]. ;; <who> [asked|asks|wants to know|keeps asking|wonders about] [me |][this|the following|something]: ;;
<who> asked me this [<where>|and I had no answer]. ;; [Quick|Short|Small|Easy|Simple|Silly|Stupid|Random|Dumb|Serious] question[:|.|,| for you:] ;; I have [a|one|another|a small|a quick|a silly] question[:|.] ;; Here is [a|my|one] question[:|.] ;;
[My|The] [next|first|second|last|other] question[:|is this:] ;; [Let me|May I|Can I|Could I] ask [you |][something|a question|one thing|this][:|?|.] ;; I [wonder|was wondering|am curious|need some help|need your help|need help with this][:|.] ;;
We [have|had|play|are having] [a quiz|a test|an exam|a bet|an argument|a debate][:|.| today.| <where>.] ;; I am [learning English|new here|preparing for a test|studying|reading a book|writing a story|helping my son|curious|confused|bored|in a hurry]. ;;
I [should|ought to] know this, but I don't[:|.] ;; I [forgot|keep forgetting|can never remember|always mix this up][:|.] ;; It's [for|about] [school|work|a friend|my class|a quiz|a game]. ;; Sorry [to bother you|for asking|for the stupid question|, my English is bad][.|, but] ;;
[Good|Nice] [morning|evening|day|afternoon|to meet you][.|!|,] ;; [Hi|Hello|Hey|Hi there|Hey there|Hello again|Greetings|Dear Mixtab|Hey Mixtab|Mixtab][,|!|.] [|I have a question.|a question:|quick one:|help me out:|please tell me:] ;; [I bet|Let's see if|Let's see whether|I wonder if] you know this[:|.] ;;
[Ok|Okay|Alright|Great|Thanks|Good|Cool|Nice|Perfect|Fine|Right|Wow][,|.|!] [now|next|next one|another one|one more|and now|then|moving on|and][:|,] ;; [Test|Testing|Quiz time|Challenge|Exercise|Task|Question|Q|Problem|Homework][:| 1:| 2:| three:] ;; [Help|Please help|Help me|Please help me|I need help]! ;;
[Don't laugh|Be honest|Think carefully|No joke|Just curious|Out of curiosity|Seriously|Honestly|For real|By the way|btw|Speaking of which|One thing]: ;; [I think I know this|You probably know this|You may know this|Everyone knows this but me][.|:] ;; [Yesterday|Today|This morning] <who> asked[ me|]: ;;
[My English is not good|I am not a native speaker|I speak little English|I am only nine|I'm 8 years old|I'm an old man|I'm no expert]. ;; [It is raining and I am bored|I am on the train|I'm having breakfast|I just woke up|I can't sleep]. ;; Explain it [<short>]: ;; [Answer|Reply|Please answer] [<short>|in one sentence]: ;;
"""
)
LEADS = patterns(
    """
<hm>, ;; <hm>, ;; <hm>... ;; <hm> <hm>, ;; please, ;; please ;; and ;; so, ;; now ;; but ;; [tell me|say|answer me][,|:] ;; [sorry|excuse me|pardon], [but |] ;; <could> tell me: ;; <know>: ;; [just|I'm just] [wondering|curious|asking][,|:] ;; [serious|honest|quick|another] question[,|:] ;;
[you|do you] know, ;; [I mean|like|actually|basically|again|once more|also|maybe|perhaps|first|finally], ;; [Mixtab|Hey Mixtab|Hi Mixtab|ok Mixtab], ;; [help me out|help me here|remind me|enlighten me|teach me|surprise me][,|:] ;; [for my homework|for a quiz|for a friend|for school|for fun], ;; [thanks|great|cool|nice|good], [and |but |now |]
"""
)
TRAILS = patterns(
    """
<please> ;; <please> ;; , <please> ;; , <please> ;; ? <please> ;; ? I [really |]need [it|to know|this|the answer][.|!] ;; ? [Thanks|Thank you|Thx|Cheers][.|!|] ;; ? [Just curious|I forgot|I'm not sure|I am curious|No hurry|Quick|Be quick|Any idea|Do you know|Tell me|Help][.|!|?|] ;;
? [I can't remember|I want to learn|I have a test tomorrow|My teacher wants to know|I asked everyone|Nobody here knows|I never learned that|It's for school][.|] ;; ? [A short answer|One sentence|A simple answer|Short][, please|is enough| is fine|][.|] ;; [, anyway|, exactly|, actually|, again|, then|, by the way|, really|, you think|, do you know|, can you tell me|, any idea|, right now] ;;
 ? ;; ?? ;; ... ;; ! ;; :) ;; ?! ;; ;-) ;; ?????? ;; .
"""
)
FILLERS = "um uh like just actually please maybe really kinda basically exactly now again the so well".split()
PARTS |= {
    "definition": patterns("definition ;; meaning ;; explanation ;; sense ;; definition ;; short description ;; translation into simple words ;; dictionary entry"),
    "explain": patterns("explain ;; define ;; describe ;; clarify ;; interpret ;; break down ;; explain ;; paraphrase ;; spell out the meaning of ;; shed light on ;; put into simple words"),
}
# Small talk: how one feels, and what one thinks of the model.
PARTS |= {
    name: patterns(text)
    for name, text in {
        "iam": "I am ;; I'm ;; im ;; I feel ;; I'm feeling ;; I am feeling ;; I have been ;; we are ;; I was ;; feeling ;; I think I am ;; today I am ;; I am just ;; I've been ;; maybe I am ;; why am I always",
        "so": "[|||so|very|really|quite|pretty|a bit|a little|kind of|rather|too|such|extremely|totally]",
        "today": "today ;; now ;; right now ;; at the moment ;; this morning ;; tonight ;; lately ;; again ;; these days ;; all the time ;; since yesterday",
        "youare": "you are ;; you're ;; ur ;; you r ;; you sound ;; you seem ;; I think you are ;; I find you ;; you must be ;; to me you are ;; my friend says you are ;; you are ;; you're",
        "areyou": "are you ;; r u ;; would you say you are ;; do you think you are ;; so you are ;; is it true that you are ;; are you actually ;; are you really ;; tell me, are you ;; be honest: are you ;; you are ;; are you maybe ;; could it be that you are",
    }.items()
}

# What people mention on the way to their question; {n} and {m} are any nouns, which must not be taken for the one asked about.
ASIDES = patterns(
    """
[I|We|My friend|<who>] [bought|found|lost|saw|painted|broke|sold|forgot|cleaned|drew|carried|wanted|hid|needed|fixed] [a|the|my|some|this|that] {n} [today|yesterday|again|in the garden|on Monday|near the {m}|for my {m}|after lunch||with a {m}][.|,|!|..] ;;
[The|My|Our|That|This] {n} [is|was|looks|seems|became] [nice|old|gone|on the table|very big|by the window|next to the {m}|broken|here|new|too loud|expensive|wet|funny][.|!|,] ;; [It is|It was|It's|Today is|What] a [long|fine|cold|strange|lovely|busy|quiet] [day|morning|evening|trip|week|lesson][.|!|,] ;;
[I am|We are|I'm|<who> is] [sitting|waiting|standing|reading|eating|walking] [in|at|by|near|behind|on] the {n} [and thinking|with my {m}|again|and a question came up|right now|][.|,|:] ;; [Before|After|During|Because of|Without|About|Instead of] the {n}[,|:] [one thing:|a question:|quickly:|tell me this:|] ;;
[There is|There was|I see|Imagine|Suppose there is] a {n} [on|in|under|behind|near] the {m}[.|,|:] ;; [Never mind|Forget|Leave|Ignore|Apart from|So much for] the {n}[.|,|:] ;; {n}, {m}, [whatever|and so on|you name it|blah]... [anyway|but|so|well][,|:] ;; [The|A] {n} [and|or] [the|a] {m} [are|were] [nice|mine|here|for later|enough][.|,] [But|And|Now|So|Anyway,|]
"""
)
