"""Spanish."""

from medslake.synth.prose.shared import slots_of
from medslake.synth.text import Prose, listed

__all__ = ["PROSE"]

SIGNS = listed(
    "sed leve;tos nocturna;manos frías;sueño inquieto;espalda dolorida;ojos secos;tobillos hinchados;dedos rígidos;"
    "zumbido de oídos;vista borrosa;picor de codos;piernas pesadas;falta de aire;sudores nocturnos;cefalea sorda;"
    "opresión del pecho;pies ardientes;voz ronca;sabor ácido;costillas sensibles;mareo breve;orina oscura;"
    "encías sangrantes;calambres;lagrimeo;labios pálidos;uñas frágiles;marcha inestable;hipo;dolor de rodillas;"
    "pérdida de peso"
)
SITES = listed(
    "la piel;la garganta;la mano izquierda;el brazo derecho;el vientre;el oído izquierdo;el pie derecho;el pecho;"
    "el ojo izquierdo;el cuello;la rodilla izquierda;la cadera derecha;el hombro;el hígado;el bazo;la vejiga;"
    "el pulmón izquierdo;la mandíbula;la lengua;la muñeca;el codo;la pelvis;el muslo;el talón;el colon;el estómago;el riñón"
)
TESTS = listed(
    "recuento de brasas;prueba de caña;trazado de agarre;parche de hoja;sondeo intestinal;prueba del sillón;"
    "frotis de cristales;prueba de la gota;tira de ritmo;panel de sal;curva de aliento;mapa del pulso;prueba de color;"
    "ensayo de pasos;barrido de lámpara;curva de azúcar;reloj de coágulo"
)
ADJECTIVES = listed(
    "leve;notable;grave;estable;breve;local;difuso;doloroso;silente;raro;nuevo;antiguo;moderado;pequeño;grande;denso;"
    "blando;firme;liso;parcial;completo;crónico;agudo;benigno;duradero;desigual;profundo;central"
)
NOUNS = listed(
    "nódulo;derrame;espasmo;temblor;quiste;pólipo;absceso;depósito;soplo;exantema;sangrado;engrosamiento;edema;hematoma;"
    "cálculo;flujo;déficit;reflejo;trastorno;infiltrado;bulto;desgarro;estrechamiento"
)
VERBS = listed("calmó;agravó;retrasó;cambió;mejoró;ocultó;provocó;limitó;acortó;prolongó;frenó;reforzó;debilitó;previno;siguió;precedió")
PEOPLE = listed(
    "Un maestro;Un panadero;Un marinero;Un jardinero;Un sastre;Un estudiante;Un piloto jubilado;Una enfermera;"
    "Un carpintero;Un chófer;Una alfarera;Un cocinero;Un pescador;Una pintora;Un cartero;Un apicultor"
)
FEW = ["dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "doce", "quince", "veinte"]
KINDS = (
    "fiebre de {}",
    "tos de {}",
    "enfermedad de {}",
    "erupción de {}",
    "cólico de {}",
    "vértigo de {}",
    "anemia de {}",
    "síndrome de {}",
)

PROSE = Prose(
    slots=slots_of(
        sign=SIGNS,
        site=SITES,
        test=TESTS,
        adj=ADJECTIVES,
        noun=NOUNS,
        verb=VERBS,
        few=FEW,
        times=(("durante", "tras", "en"), ("horas", "días", "semanas", "meses")),
        people=(PEOPLE, "{} de {} años"),
        kinds=KINDS,
    ),
    templates=(
        "{person} acude el día {num} por {sign} y {sign} con {value} y un {noun} {adj} en {site} {time}.",
        "El {test} mostró {value}, luego {value} con un {noun} {adj} cerca de {site}.",
        "{drug} {verb} el {noun} en {num} de {num} pacientes con {disease} {time}.",
        "El doctor {family} dio {drug} {mg} {time} y el {noun} siguió {adj}.",
        "En {disease} el nivel de {gene} {verb} {sign} un {value} por ciento {time}.",
        "Preguntamos a {num} personas con {disease} por {sign}, {sign} y {noun}.",
        "Un {noun} {adj} de {value} mm toca {site}, sin {noun} ni {sign}.",
        "Tras {mg} de {drug} el {test} bajó de {value} a {value} {time}.",
        "El grupo {code} tomó {drug} y el grupo {code} tomó {drug} {mg} {time}.",
        "{gene} {verb} {gene} en {site} el día {num}, de modo que {sign} {verb} {gene} y el {noun}.",
        "De {num} muestras {num} tenían {gene} y {few} un {noun} {adj}.",
        "El informe {code} cita {disease} con {sign}, el informe {code} cita {sign} solo.",
        "{drug} se retiró el día {num} por {sign} y {noun} {adj}, y luego se dio {drug} {time}.",
        "El doctor {family} pidió un {test} {code}, {mg} de {drug} y un {test}.",
    ),
    loose=frozenset(listed("el;la;los;las;un;una;de;del;y;con;por;en;sin;tras;que;se;a;ni;al;cerca;fue;para")),
)
