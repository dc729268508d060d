"""People, places, works, deeds and questions that the model is not taught: what unknown.py asks about."""

from .wording import patterns

FIRST = "Adam Albert Alice Barbara Boris Carl Carla Clara Daniel Diana Edgar Elena Erik Fatima Frank Greta Hans Helen Ivan Jane Joan Karl Kate Laura Louis Marco Martha Nadia Oscar Petra Quentin Rita Robert Sofia Stefan Theo Ursula Victor Wanda Xavier Yuki Zoe William George Michael Taylor Elon Isaac Marie Nelson Angela Pablo Vincent".split()
LAST = "Anders Baker Becker Brown Castro Chen Costa Cruz Dubois Evans Fischer Garcia Gomez Hansen Ito Jensen Kaminski Khan Klein Larsen Lopez Meyer Moreau Nakamura Novak Olsen Patel Quinn Rossi Santos Schmidt Silva Tanaka Turner Ueda Vargas Weber Wong Young Ziegler Newton Swift Curie Mandela Picasso Bach Jackson Monroe Wilson Adams Jordan".split()
FAMOUS = patterns(
    """
Einstein ;; Albert Einstein ;; Napoleon ;; Shakespeare ;; Mozart ;; Beethoven ;; Leonardo da Vinci ;; Julius Caesar ;;
Cleopatra ;; Gandhi ;; Isaac Newton ;; Charles Darwin ;; Marie Curie ;; Elvis ;; Picasso ;; Donald Trump ;;
Barack Obama ;; Lionel Messi ;; Cristiano Ronaldo ;; Taylor Swift ;; Beyonce ;; Elon Musk ;; Bill Gates ;;
Steve Jobs ;; Queen Elizabeth ;; Aristotle ;; Plato ;; Socrates ;; Galileo ;; Columbus ;; Abraham Lincoln ;;
George Washington ;; Churchill ;; Marilyn Monroe ;; Harry Potter ;; Batman ;; Spider-Man ;; Sherlock Holmes ;;
Mickey Mouse ;; Superman ;; James Bond ;; Gandalf ;; Zeus ;; Buddha ;; Jesus
"""
)
PLACES = patterns(
    """
Texas ;; California ;; Florida ;; Bavaria ;; Ohio ;; Scotland ;; Wales ;; Catalonia ;; Tuscany ;; Quebec ;; Siberia ;;
Alaska ;; Hawaii ;; Narnia ;; Wakanda ;; Atlantis ;; Gondor ;; Mordor ;; Hogwarts ;; Westeros ;; Arizona ;; Oregon ;;
Bohemia ;; Sicily ;; Corsica ;; Normandy ;; Crimea ;; Tasmania ;; Queensland ;; Kerala ;; Punjab ;; Ontario ;;
Prussia ;; Yugoslavia ;; Babylon ;; Zanadia ;; Lurania ;; Freedonia ;; Genovia ;; Brandavia ;; Ostania ;; Tarlonia ;;
Meruvia ;; Dorvania ;; Elbonia ;; Sylvania ;; Nevada ;; Georgia state ;; Transylvania ;; Andalusia ;; Flanders
"""
)
CITIES = patterns(
    """
New York ;; Los Angeles ;; Chicago ;; Barcelona ;; Milan ;; Munich ;; Hamburg ;; Lyon ;; Marseille ;; Venice ;;
Naples ;; Sydney ;; Melbourne ;; Toronto ;; Vancouver ;; Mumbai ;; Shanghai ;; Hong Kong ;; Dubai ;; Istanbul ;;
Rio de Janeiro ;; Sao Paulo ;; Boston ;; Seattle ;; Miami ;; Krakow ;; Porto ;; Geneva ;; Zurich ;; Osaka ;; Kyoto
"""
)
EVENTS = patterns(
    """
World War I ;; World War II ;; the French Revolution ;; the Cold War ;; the American Civil War ;; the moon landing ;;
the fall of the Berlin Wall ;; the Renaissance ;; the industrial revolution ;; the Roman Empire ;; the Black Death ;;
the Battle of Waterloo ;; the Olympic Games ;; the World Cup ;; the Super Bowl ;; the Eurovision contest ;;
the Oscars ;; the last election ;; the Titanic disaster ;; the Middle Ages ;; the Vietnam War ;;
the Russian Revolution
"""
)
WORKS = patterns(
    """
Titanic ;; Star Wars ;; The Matrix ;; Hamlet ;; Romeo and Juliet ;; The Lord of the Rings ;; Frozen ;; Avatar ;;
Inception ;; The Godfather ;; Moby Dick ;; War and Peace ;; Don Quixote ;; The Hobbit ;; Minecraft ;; Fortnite ;;
Tetris ;; Bohemian Rhapsody ;; Thriller ;; Mona Lisa ;; Game of Thrones ;; Breaking Bad ;; The Simpsons ;; Pokemon ;;
Super Mario ;; Toy Story
"""
)
BRANDS = patterns(
    """
Apple ;; Google ;; Microsoft ;; Tesla ;; Amazon ;; Netflix ;; Facebook ;; Instagram ;; TikTok ;; YouTube ;; Twitter ;;
Reddit ;; Wikipedia ;; Spotify ;; IKEA ;; Nike ;; Samsung ;; Sony ;; Nintendo ;; Toyota ;; BMW ;; Coca-Cola ;;
McDonald's ;; Bitcoin ;; Ethereum ;; Windows ;; Linux ;; Android ;; iPhone ;; PlayStation ;; NASA ;; FIFA ;; the UN ;;
the EU ;; NATO
"""
)
CODE = patterns(
    """
Python ;; JavaScript ;; Java ;; C ;; C++ ;; Rust ;; HTML ;; CSS ;; SQL ;; Go ;; TypeScript ;; PHP ;; Ruby ;; Bash ;;
Swift ;; Haskell
"""
)
LANGUAGES = patterns(
    """
French ;; German ;; Spanish ;; Italian ;; Latin ;; Japanese ;; Chinese ;; Russian ;; Arabic ;; Greek ;; Dutch ;;
Turkish ;; Polish ;; Hindi ;; Swedish ;; Korean
"""
)
TASKS = patterns(
    """
sort a list ;; reverse a string ;; print hello world ;; read a file ;; find primes ;; make a website ;; parse JSON ;;
download a page ;; draw a circle ;; count words ;; connect to a database ;; compute factorials ;; build a game ;;
train a neural network ;; send an email ;; merge two lists ;; make a loop ;; write a function
"""
)
DEEDS = patterns(
    """
tie a tie ;; fix a car ;; bake a cake ;; cook rice ;; boil an egg ;; lose weight ;; build a house ;; learn guitar ;;
paint a wall ;; plant a tree ;; ride a horse ;; change a tire ;; make coffee ;; clean a window ;; invest money ;;
start a company ;; find a job ;; get a visa ;; repair a bike ;; train a dog ;; make pizza ;; sew a button ;;
fly a plane ;; fall asleep ;; make friends ;; write a resume ;; install Windows ;; reset my password ;;
remove a stain ;; grow tomatoes ;; swim faster ;; stop smoking ;; make soap ;; build a rocket ;; unclog a sink ;;
make bread ;; use Excel ;; knit a scarf
"""
)
ILLS = patterns(
    """
a headache ;; the flu ;; a cold ;; a broken arm ;; a cough ;; diabetes ;; cancer ;; a fever ;; back pain ;; asthma ;;
an allergy ;; a rash ;; insomnia ;; high blood pressure ;; a toothache ;; measles ;; covid ;; depression ;; a burn ;;
a sore throat
"""
)
PILLS = patterns(
    """
aspirin ;; ibuprofen ;; paracetamol ;; penicillin ;; vitamin C ;; insulin ;; antibiotics ;; melatonin
"""
)
WRITING = patterns(
    """
an essay ;; a letter ;; an email ;; a speech ;; a report ;; a novel ;; a song ;; a blog post ;; a press release ;;
a business plan ;; a contract ;; a film script ;; a cover letter ;; a review ;; a summary ;; a wedding toast ;;
a resume ;; a thesis ;; an article ;; an advertisement
"""
)
TOPICS = patterns(
    """
history ;; climate change ;; democracy ;; football ;; philosophy ;; my holiday ;; quantum physics ;; economics ;;
love ;; the environment ;; technology ;; politics ;; education ;; the ocean ;; space travel ;; religion ;; art ;;
health ;; the stock market ;; globalization ;; social media ;; evolution ;; inflation ;; human rights
"""
)
CRAFT = patterns(
    """
the theory of relativity ;; quantum mechanics ;; photosynthesis in detail ;; string theory ;; plate tectonics ;;
the big bang ;; general relativity ;; DNA replication ;; black holes ;; the stock exchange ;; blockchain ;;
nuclear fusion ;; the immune system ;; calculus ;; the Pythagorean theorem ;; the Krebs cycle ;; game theory ;;
Bayes' theorem ;; entropy ;; superconductivity ;; the French tax system ;; Marxism ;; existentialism ;;
Keynesian economics ;; gene editing ;; dark matter ;; the halting problem ;; Fourier transforms
"""
)
WHY = patterns(
    """
is the sky blue ;; do cats purr ;; is the sea salty ;; do birds fly south ;; do we dream ;; do leaves fall ;;
is grass green ;; do people lie ;; do stars twinkle ;; do dogs bark ;; is fire hot ;; does ice float ;; do we yawn ;;
is blood red ;; do onions make us cry ;; do volcanoes erupt ;; do we have wars ;; does the moon change ;; do we age ;;
is gold expensive ;; do planes fly ;; do magnets attract ;; is water wet ;; do bees buzz ;; does bread rise ;;
do cows have four stomachs ;; did the dinosaurs die ;; is the Earth round ;; does it rain ;; do we sleep ;;
are flamingos pink ;; did Rome fall ;; do people laugh ;; do ships float ;; does time pass
"""
)
HOW = patterns(
    """
does a car engine work ;; do planes fly ;; does the heart work ;; do computers work ;; does the internet work ;;
do fish breathe ;; is glass made ;; is paper made ;; does electricity work ;; do vaccines work ;; do plants grow ;;
is cheese made ;; does a fridge work ;; do birds navigate ;; does a camera work ;; is chocolate made ;;
does gravity work ;; do batteries work ;; are mountains formed ;; do magnets work ;; does a piano make sound ;;
is steel made ;; do elections work ;; does the brain work ;; do bees find flowers ;; does a microwave heat food
"""
)
ASKS = patterns(
    """
set a timer for ten minutes ;; call my mother ;; play some music ;; send a message to Tom ;; order a pizza ;;
book a flight to Rome ;; turn on the light ;; open my email ;; wake me up at seven ;; remind me to buy milk ;;
search the web for shoes ;; take a screenshot ;; show me a map ;; play a video ;; buy me a book ;;
find a restaurant near me ;; check my calendar ;; turn up the volume ;; delete my files ;; scan this document ;;
transfer money ;; call a taxi ;; post this on Twitter ;; read my mail ;; print this page ;;
hack my neighbour's wifi ;; unlock my phone
"""
)
FOREIGN = patterns(
    """
Bonjour, comment ça va? ;; Wie geht es dir? ;; ¿Cómo estás? ;; Qual è la capitale d'Italia? ;;
Was ist die Hauptstadt von Frankreich? ;; Quelle heure est-il? ;; ¿Qué es un perro? ;; Was ist ein Hund? ;;
Je ne comprends pas ;; Ich heiße Hans ;; Dove sei? ;; Jak się masz? ;; Hoe gaat het? ;; Como vai você? ;;
Parle-moi de la France ;; Erzähl mir einen Witz ;; Cuéntame un cuento ;; Wer bist du? ;; Qui es-tu? ;;
Merci beaucoup ;; Guten Morgen ;; Buenos días ;; C'est quoi un chat? ;; Wie spät ist es? ;; Kak dela? ;; Ni hao ma ;;
Wat is dit? ;; Donde esta la biblioteca? ;; Vad heter du? ;; Apa kabar? ;; Sag etwas ;; Combien font deux et deux?
"""
)
HARD_SUMS = patterns(
    """
the square root of {n} ;; sqrt({n}) ;; {n} squared ;; {n} cubed ;; {n}^{m} ;; {n} to the power of {m} ;;
{m}% of {n} ;; {m} percent of {n} ;; the derivative of x^{m} ;; the integral of x^{m} ;; sin({n}) ;;
the cosine of {n} ;; log({n}) ;; the factorial of {m} ;; {m}! ;; {b} * {b2} ;; {b} + {b2} ;; {b} / {n} ;;
{b} - {b2} ;; pi to {n} digits ;; {m}/{n} + 1/{m} ;; {n}.{m} * {m}.5 ;; {n}.5 + {m}.25 ;; 3x + {m} = {n} ;;
x if {m}x = {n} ;; the {n}th prime ;; the greatest common divisor of {n} and {m} ;; {n} in binary ;;
{n} in hexadecimal ;; the average of {n} and {m} ;; {n} modulo {m} ;; 2 to the {n} ;; tan {n} ;;
the logarithm of {n} ;; a prime number above {n} ;; the area of a circle of radius {m}
"""
)
STATISTICS = patterns(
    """
population ;; area ;; president ;; prime minister ;; king ;; flag ;; national anthem ;; history ;; economy ;;
climate ;; highest mountain ;; longest river ;; best food ;; national dish ;; time zone ;; religion ;;
football team ;; average income ;; largest city ;; phone code ;; government ;; weather ;; crime rate ;; army ;;
best beach ;; GDP ;; tourist season ;; most famous singer ;; parliament ;; queen ;; railway network
"""
)
